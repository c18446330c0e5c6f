namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record MembershipEndpoint(MembershipGkeCluster? GkeCluster);
