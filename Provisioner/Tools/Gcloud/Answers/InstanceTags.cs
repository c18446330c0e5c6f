namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record InstanceTags(IReadOnlyList<string>? Items);
