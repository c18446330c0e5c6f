namespace Provisioner.Api;

/// <summary>An operation was asked for while another one runs.</summary>
internal sealed class LabBusyException(string running) : Exception($"'{running}' is running; one operation runs at a time. Wait for it, or see: status")
{
    public string Running { get; } = running;
}
