using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>Services of all clusters as services of the mesh: the same name in the same namespace is the same service.</summary>
internal static class ServiceConversion
{
    public static Dictionary<string, MeshService> Convert(MeshInputs inputs)
    {
        var services = new Dictionary<string, MeshService>();
        Add(services, inputs.Local, local: true, inputs.Settings.TrustDomain);
        AddWorkloadEntries(services, inputs);
        foreach (var remote in inputs.Remotes)
        {
            Add(services, remote, local: false, inputs.Settings.TrustDomain);
        }

        return services;
    }

    private static void Add(Dictionary<string, MeshService> services, ClusterObjects objects, bool local, string trustDomain)
    {
        var endpoints = new EndpointConversion(objects, local, trustDomain);
        foreach (var service in objects.Services)
        {
            // An ExternalName is a CNAME in DNS, and no service with endpoints.
            if (service["spec"]?["type"].Text() == "ExternalName")
            {
                continue;
            }

            var host = HostNames.OfService(service.Namespace(), service.Name());
            var known = services.GetValueOrDefault(host) ?? New(service, host, local);
            // Ports are the local Service's; another cluster's endpoints count where it has the same port.
            var added = endpoints.Of(service).Where(endpoint => known.Ports.Any(port => port.Number == endpoint.ServicePort));
            services[host] = known with { Endpoints = [.. known.Endpoints, .. added] };
        }
    }

    /// <summary>Machines that have the labels that a Service of their namespace selects.</summary>
    private static void AddWorkloadEntries(Dictionary<string, MeshService> services, MeshInputs inputs)
    {
        foreach (var service in inputs.WorkloadEntries.Count == 0 ? [] : inputs.Local.Services)
        {
            var host = HostNames.OfService(service.Namespace(), service.Name());
            if (service["spec"]?["selector"].Map().ToImmutableDictionary() is { IsEmpty: false } selector && services.TryGetValue(host, out var known))
            {
                var added = SelectedWorkloads.Entries(inputs, service.Namespace(), selector, [.. service["spec"]!["ports"].Items()], port => port["port"].Int());
                services[host] = known with { Endpoints = [.. known.Endpoints, .. added] };
            }
        }
    }

    private static MeshService New(JsonObject service, string host, bool local) => new()
    {
        Host = host,
        Name = service.Name(),
        Namespace = service.Namespace(),
        ClusterAddresses = local ? Addresses(service) : [],
        ExportTo = Visibility.OfService(service),
        Ports =
        [
            .. service["spec"]?["ports"].Items().Select(port => new MeshPort(port["port"].Int(), port["name"].Text() ?? "", PortProtocols.Of(port))) ?? [],
        ],
    };

    private static ImmutableArray<IPAddress> Addresses(JsonObject service)
    {
        var spec = service["spec"];
        var texts = spec?["clusterIPs"] is JsonArray all ? all.Texts() : [spec?["clusterIP"].Text() ?? ""];
        return [.. texts.Where(text => IPAddress.TryParse(text, out _)).Select(IPAddress.Parse)];
    }
}
