using Emulator.DataPlane.Identity;
using Emulator.DataPlane.Proxy;
using Emulator.DataPlane.Routing;
using Emulator.Mesh;

namespace Emulator.DataPlane.Outbound;

/// <summary>What a pod may know of the mesh, by the Sidecar that holds for it.</summary>
internal sealed class EgressScope
{
    private readonly (int? Port, (string Namespace, string Host)[] Hosts)[]? listeners;

    private EgressScope((int?, (string, string)[])[]? listeners, bool registryOnly)
    {
        this.listeners = listeners;
        RegistryOnly = registryOnly;
    }

    public bool RegistryOnly { get; }

    public static EgressScope For(MeshSnapshot snapshot, ProxyWorkload workload)
    {
        var sidecar = Sidecar(snapshot, workload);
        return new EgressScope(
            sidecar?.Egress.Select(listener => (listener.Port, listener.Hosts.Select(entry => entry.Split('/', 2)).Where(parts => parts.Length == 2)
                .Select(parts => (parts[0] == "." ? workload.Namespace : parts[0], parts[1])).ToArray())).ToArray(),
            sidecar?.RegistryOnly ?? snapshot.RegistryOnly);
    }

    /// <summary>A Sidecar that selects the pod wins over its namespace's, and that over the root namespace's.</summary>
    public static MeshSidecar? Sidecar(MeshSnapshot snapshot, ProxyWorkload workload) => snapshot.Sidecars
        .Where(item => item.Namespace == workload.Namespace ? PeerPolicy.Selects(item.Selector, workload.Labels) : item.Namespace == PolicyScope.Root(snapshot) && item.Selector.IsEmpty)
        .OrderBy(item => item.Namespace != workload.Namespace ? 2 : item.Selector.IsEmpty ? 1 : 0)
        .FirstOrDefault();

    /// <summary>Whether the pod may know the port of a service: a listener for the port says it, else those for no port.</summary>
    public bool Covers(MeshService service, int port)
    {
        if (listeners is null)
        {
            return true;
        }

        var isOwn = Array.Exists(listeners, listener => listener.Port == port);
        return Array.Exists(listeners, listener => listener.Port == (isOwn ? port : null)
            && Array.Exists(listener.Hosts, host => (host.Namespace == "*" || host.Namespace == service.Namespace) && HostTable.Intersect(host.Host, service.Host) is not null));
    }
}
