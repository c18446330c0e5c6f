namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record EnabledService(ServiceConfig? Config);
