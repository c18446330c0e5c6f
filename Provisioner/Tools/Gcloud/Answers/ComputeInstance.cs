namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record ComputeInstance(string Name, string? Status, InstanceTags? Tags);
