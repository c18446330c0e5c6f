namespace Provisioner.Tools.Gcloud;

/// <summary>A call of gcloud failed; the message is gcloud's own without its noise.</summary>
internal sealed class GcloudException(GcloudFault fault, string message, string cure) : LabException(message, cure)
{
    public GcloudFault Fault { get; } = fault;

    public bool MayPass => Fault is GcloudFault.Busy or GcloudFault.Unreachable;

    public static GcloudException Missing() => new(
        GcloudFault.NotInstalled, "gcloud is not installed, or not on PATH", "Install the Google Cloud CLI: https://cloud.google.com/sdk/docs/install");
}
