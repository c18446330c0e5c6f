using System.Net;
using Emulator.Network;

namespace Emulator.DataPlane.Upstream;

/// <summary>What all endpoints of one proxy share.</summary>
/// <param name="Source">The pod's own address.</param>
/// <param name="Tls">The newest certificate.</param>
internal sealed record UpstreamContext(IPodNetwork Network, IPAddress Source, Func<Identity.WorkloadTls> Tls)
{
    /// <summary>The host in a server name of Istio's: <c>outbound_.80_.v1_.host</c>.</summary>
    public static string HostOf(string serverName) => serverName.Split("_.", 4)[^1];
}
