namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record RegionQuota(string Metric, double Limit, double Usage);
