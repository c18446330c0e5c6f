using System.Text.Json.Nodes;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>Resolves what a route sends requests to.</summary>
internal sealed class Backends(IReadOnlyDictionary<string, MeshService> services, Grants grants, JsonObject route)
{
    /// <summary>The first reference of the route that leads nowhere.</summary>
    public Problem? Unresolved { get; private set; }

    /// <summary>Where a reference leads; null where that is nowhere, which <see cref="Unresolved"/> then says.</summary>
    public MeshDestination? Resolve(JsonNode? reference)
    {
        var name = reference?["name"].Text() ?? "";
        var kind = reference?["kind"].Text() ?? "Service";
        var ns = reference?["namespace"].Text() ?? route.Namespace();
        var host = kind switch
        {
            "Service" => HostNames.OfService(ns, name),
            "Hostname" => name,
            _ => null,
        };
        var port = reference?["port"].AsLong() is { } number ? (int)number : (int?)null;
        if (host is null)
        {
            return Fail("InvalidKind", $"referencing unsupported backendRef: group \"{reference?["group"].Text()}\" kind \"{kind}\" (Service, or Hostname of networking.istio.io)");
        }

        if (!grants.Allow(route.Kind(), route.Namespace(), kind, ns, name))
        {
            return Fail("RefNotPermitted", $"backendRef {name}/{ns} not accessible to a {route.Kind()} in namespace \"{route.Namespace()}\" (missing a ReferenceGrant?)");
        }

        if (!services.TryGetValue(host, out var service))
        {
            return Fail("BackendNotFound", $"backend({host}) not found");
        }

        if (port is null)
        {
            return Fail("UnsupportedValue", $"backendRef {name} has no port: it is required for a {kind}");
        }

        return service.Ports.Any(item => item.Number == port)
            ? new MeshDestination(host, null, port, reference?["weight"].Int(1) ?? 1, new MeshHeaderOperations())
            : Fail("BackendNotFound", $"port {port} not found on backend({host}): it has {string.Join(", ", service.Ports.Select(item => item.Number))}");
    }

    /// <summary>Notes that something else of the route cannot be had.</summary>
    public MeshDestination? Fail(string reason, string message)
    {
        Unresolved ??= new Problem(reason, message);
        return null;
    }
}
