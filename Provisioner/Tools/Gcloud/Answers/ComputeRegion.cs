namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record ComputeRegion(string Name, IReadOnlyList<RegionQuota>? Quotas);
