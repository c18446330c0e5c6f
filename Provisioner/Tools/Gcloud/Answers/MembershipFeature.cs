namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record MembershipFeature(MeshState? Servicemesh, StateCode? State);
