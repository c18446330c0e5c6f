namespace Provisioner.Api;

/// <summary><c>.lab/control.json</c>: how to reach the running provisioner.</summary>
public sealed record ControlFile(string Url, string Token, int Pid)
{
    public const string Name = "control.json";
}
