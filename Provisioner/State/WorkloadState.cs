namespace Provisioner.State;

/// <summary>One Deployment that the lab puts into a cluster.</summary>
/// <param name="Name">istiod, whereami or gateway.</param>
/// <param name="State">Running, Starting, NotStarted or Degraded.</param>
public sealed record WorkloadState(
    string Cluster, string Name, string Kind, int Ready, int Desired, string State, string Message, IReadOnlyList<string> Urls)
{
    /// <summary>The name of the gateway's Deployment, whose URL is where it answers from outside.</summary>
    public const string Gateway = "gateway";
}
