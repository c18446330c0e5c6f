using Provisioner.Tools.Gcloud.Answers;

namespace Provisioner.Mesh.Managed;

/// <summary>What <c>gcloud container fleet mesh describe</c> says of one membership.</summary>
/// <param name="Revision">The label for injection once the control plane is ready, such as <c>asm-managed</c>.</param>
/// <param name="Implementation">TRAFFIC_DIRECTOR or ISTIOD, once it is known.</param>
/// <param name="Trouble">A state that does not pass by itself.</param>
internal sealed record MeshReport(string? Revision, string? Implementation, string Message, string? Trouble)
{
    private const string Ready = "REVISION_READY";

    public static MeshReport Of(MembershipFeature? membership)
    {
        var control = membership?.Servicemesh?.ControlPlaneManagement;
        if (control is null)
        {
            return new MeshReport(null, null, "the fleet does not report on it yet", null);
        }

        var details = string.Join("; ", (control.Details ?? []).Concat(membership!.Servicemesh!.DataPlaneManagement?.Details ?? [])
            .Select(detail => $"{detail.Code}: {detail.Details}".Trim(' ', ':')).Distinct());
        var said = string.Join(": ", new[] { control.State, details.Length > 0 ? details : membership.State?.Description }.Where(part => !string.IsNullOrEmpty(part)));
        // Ready: asm-managed
        var ready = control.Details?.FirstOrDefault(detail => detail.Code == Ready)?.Details;
        var revision = ready is null ? null : ready[(ready.LastIndexOf(' ') + 1)..];
        return new MeshReport(
            revision,
            control.Implementation is "UPDATING" ? null : control.Implementation,
            said,
            revision is null && control.State is "FAILED_PRECONDITION" or "STALLED" ? said : null);
    }
}
