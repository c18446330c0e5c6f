namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record MembershipGkeCluster(string? ResourceLink);
