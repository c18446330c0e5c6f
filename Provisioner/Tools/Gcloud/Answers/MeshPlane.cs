namespace Provisioner.Tools.Gcloud.Answers;

/// <param name="State">DISABLED, FAILED_PRECONDITION, PROVISIONING, ACTIVE, STALLED, NEEDS_ATTENTION, DEGRADED or DEPROVISIONING.</param>
/// <param name="Implementation">TRAFFIC_DIRECTOR, ISTIOD or UPDATING.</param>
internal sealed record MeshPlane(string? State, string? Implementation, IReadOnlyList<MeshDetail>? Details);
