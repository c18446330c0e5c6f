namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record ServiceConfig(string? Name);
