using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>Finds references of VirtualServices that lead nowhere, as <c>istioctl analyze</c> does.</summary>
internal static class References
{
    public static void Check(MeshInputs inputs, MeshSnapshot snapshot, List<Finding> findings)
    {
        var objects = inputs.VirtualServices.ToDictionary(item => (item.Namespace(), item.Name()));
        foreach (var service in snapshot.VirtualServices)
        {
            var node = objects[(service.Namespace, service.Name)];
            foreach (var gateway in service.Gateways.Where(name => name != "mesh"))
            {
                CheckGateway(node, service, gateway, snapshot, findings);
            }

            foreach (var destination in service.Http
                .SelectMany(route => route.Destinations.Concat(route.Mirrors.Select(mirror => mirror.Destination)))
                .Concat(service.Streams.SelectMany(route => route.Destinations))
                .DistinctBy(destination => (destination.Host, destination.Subset, destination.Port)))
            {
                CheckDestination(node, destination, snapshot, findings);
            }
        }
    }

    private static void CheckGateway(JsonObject node, MeshVirtualService service, string gateway, MeshSnapshot snapshot, List<Finding> findings)
    {
        var found = snapshot.Gateways.FirstOrDefault(item => $"{item.Namespace}/{item.Name}" == gateway);
        if (found is null)
        {
            // Istio names the gateway as the VirtualService does.
            var written = node["spec"]?["gateways"].Texts().FirstOrDefault(text => HostNames.ResolveGateway(text, service.Namespace) == gateway) ?? gateway;
            findings.Add(Finding.In(node, "IST0101", "Error", $"Referenced gateway not found: \"{written}\""));
            return;
        }

        var offered = found.Servers.SelectMany(server => server.Hosts).Select(host => host.Split('/')[^1]).ToList();
        var missing = service.Hosts.Where(host => !offered.Any(offer => HostNames.Covers(offer, host) || HostNames.Covers(host, offer))).ToList();
        if (missing.Count > 0)
        {
            findings.Add(Finding.In(
                node, "IST0132", "Warning",
                $"one or more host [{string.Join(" ", missing)}] defined in VirtualService {service.Namespace}/{service.Name} not found in Gateway {gateway}."));
        }
    }

    private static void CheckDestination(JsonObject node, MeshDestination destination, MeshSnapshot snapshot, List<Finding> findings)
    {
        if (!snapshot.Services.TryGetValue(destination.Host, out var service))
        {
            findings.Add(Finding.In(node, "IST0101", "Error", $"Referenced host not found: \"{destination.Host}\""));
        }
        else if (destination.Subset is { Length: > 0 } subset && !service.Subsets.ContainsKey(subset) && !service.CallerPolicies.Any(caller => caller.Subsets.ContainsKey(subset)))
        {
            findings.Add(Finding.In(node, "IST0101", "Error", $"Referenced host+subset in destinationrule not found: \"{destination.Host}+{subset}\""));
        }
        else if (destination.Port is { } port && service.Ports.All(item => item.Number != port))
        {
            findings.Add(Finding.In(
                node, "IST0101", "Error",
                $"Referenced host:port not found: \"{destination.Host}:{port}\" (the service has {string.Join(", ", service.Ports.Select(item => item.Number))})"));
        }
        else if (destination.Port is null && service.Ports.Length > 1)
        {
            findings.Add(Finding.In(
                node, "IST0112", "Error",
                $"This VirtualService routes to a host (\"{destination.Host}\") that exposes multiple ports [{string.Join(" ", service.Ports.Select(item => item.Number))}]. Specifying a port in the destination is required to disambiguate."));
        }
    }
}
