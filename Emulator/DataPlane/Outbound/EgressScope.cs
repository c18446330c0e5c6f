using Emulator.DataPlane.Identity;
using Emulator.DataPlane.Proxy;
using Emulator.DataPlane.Routing;
using Emulator.Mesh;

namespace Emulator.DataPlane.Outbound;

/// <summary>What a pod may know of the mesh, by the Sidecar that holds for it.</summary>
internal sealed class EgressScope
{
    private readonly (string Namespace, string Host)[]? hosts;

    private EgressScope((string, string)[]? hosts, bool registryOnly)
    {
        this.hosts = hosts;
        RegistryOnly = registryOnly;
    }

    public bool RegistryOnly { get; }

    /// <summary>A Sidecar that selects the pod wins over its namespace's, and that over the root namespace's.</summary>
    public static EgressScope For(MeshSnapshot snapshot, ProxyWorkload workload)
    {
        var sidecar = snapshot.Sidecars
            .Where(item => item.Namespace == workload.Namespace ? PeerPolicy.Selects(item.Selector, workload.Labels) : item.Namespace == PolicyScope.Root(snapshot) && item.Selector.IsEmpty)
            .OrderBy(item => item.Namespace != workload.Namespace ? 2 : item.Selector.IsEmpty ? 1 : 0)
            .FirstOrDefault();
        return new EgressScope(
            sidecar?.EgressHosts.Select(entry => entry.Split('/', 2)).Where(parts => parts.Length == 2)
                .Select(parts => (parts[0] == "." ? workload.Namespace : parts[0], parts[1])).ToArray(),
            sidecar?.RegistryOnly ?? snapshot.RegistryOnly);
    }

    public bool Covers(MeshService service) =>
        hosts is null || Array.Exists(hosts, host => (host.Namespace == "*" || host.Namespace == service.Namespace) && HostTable.Intersect(host.Host, service.Host) is not null);
}
