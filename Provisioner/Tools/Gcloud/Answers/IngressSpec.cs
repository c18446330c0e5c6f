namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record IngressSpec(string? ConfigMembership);
