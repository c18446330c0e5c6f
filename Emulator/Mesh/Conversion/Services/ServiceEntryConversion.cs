using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Emulator.Mesh.Certificates;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>ServiceEntries with addresses (STATIC) or names that DNS knows (DNS).</summary>
internal static class ServiceEntryConversion
{
    public static void Add(Dictionary<string, MeshService> services, MeshInputs inputs)
    {
        var entries = new HashSet<string>(inputs.ServiceEntries.SelectMany(entry => entry["spec"]?["hosts"].Texts() ?? []).Where(host => !services.ContainsKey(host)));
        foreach (var entry in inputs.ServiceEntries.OrderBy(Age.Key))
        {
            foreach (var host in entry["spec"]?["hosts"].Texts() ?? [])
            {
                // A Service of Kubernetes wins over an entry of the same name; of entries each namespace has its own.
                if (!services.TryGetValue(host, out var known))
                {
                    services[host] = Convert(entry, host, inputs);
                }
                else if (entries.Contains(host) && known.Others.Append(known).All(other => other.Namespace != entry.Namespace()))
                {
                    services[host] = known with { Others = known.Others.Add(Convert(entry, host, inputs)) };
                }
            }
        }
    }

    /// <summary>The names that have to be looked up for these entries.</summary>
    public static IEnumerable<string> NamesToResolve(IEnumerable<JsonObject> entries) => entries
        .Where(IsDns)
        .SelectMany(entry => entry["spec"]?["endpoints"] is JsonArray { Count: > 0 } endpoints
            ? endpoints.Items().Select(endpoint => endpoint["address"].Text() ?? "")
            : entry["spec"]?["hosts"].Texts() ?? [])
        .Where(name => name.Length > 0 && !name.Contains('*') && !IPAddress.TryParse(name, out _))
        .Distinct();

    private static bool IsDns(JsonObject entry) => entry["spec"]?["resolution"].Text()?.StartsWith("DNS", StringComparison.Ordinal) == true;

    private static MeshService Convert(JsonObject entry, string host, MeshInputs inputs)
    {
        var spec = entry["spec"]!;
        return new MeshService
        {
            Host = host,
            Name = entry.Name(),
            Namespace = entry.Namespace(),
            ExportTo = Visibility.Of(entry),
            SubjectNames = [.. spec["subjectAltNames"].Texts()],
            ClusterAddresses = [.. spec["addresses"].Texts().Where(text => IPAddress.TryParse(text, out _)).Select(IPAddress.Parse)],
            Ports =
            [
                .. spec["ports"].Items().Select(port => new MeshPort(
                    port["number"].Int(), port["name"].Text() ?? "", PortProtocols.Parse(port["protocol"].Text()) ?? PortProtocols.Of(port))),
            ],
            Endpoints = [.. Endpoints(entry, host, inputs)],
        };
    }

    private static IEnumerable<MeshEndpoint> Endpoints(JsonObject entry, string host, MeshInputs inputs)
    {
        var spec = entry["spec"]!;
        if (spec["workloadSelector"]?["labels"].Map().ToImmutableDictionary() is { IsEmpty: false } selector)
        {
            foreach (var endpoint in SelectedWorkloads.Of(inputs, entry.Namespace(), selector, [.. spec["ports"].Items()], port => port["number"].Int()))
            {
                yield return endpoint;
            }

            yield break;
        }

        var listed = spec["endpoints"].Items().ToList();
        var dns = IsDns(entry);
        if (listed.Count == 0 && dns)
        {
            listed = [new JsonObject { ["address"] = host }];
        }

        foreach (var endpoint in listed)
        {
            foreach (var address in Addresses(endpoint["address"].Text() ?? "", dns, inputs.Addresses))
            {
                foreach (var port in spec["ports"].Items())
                {
                    var number = endpoint["ports"]?[port["name"].Text() ?? ""].AsLong() ?? port["targetPort"].AsLong() ?? port["number"].AsLong() ?? 0;
                    var locality = (endpoint["locality"].Text() ?? "").Split('/');
                    yield return new MeshEndpoint
                    {
                        ServicePort = port["number"].Int(),
                        Address = new IPEndPoint(address, (int)number),
                        Cluster = inputs.Local.Cluster,
                        Namespace = entry.Namespace(),
                        Region = locality[0],
                        Zone = locality.Length > 1 ? locality[1] : "",
                        Labels = endpoint["labels"].Map().ToImmutableDictionary(),
                        Identity = endpoint["serviceAccount"].Text() is { } account
                            ? MeshAuthority.SpiffeId(inputs.Settings.TrustDomain, entry.Namespace(), account)
                            : null,
                    };
                }
            }
        }
    }

    private static IEnumerable<IPAddress> Addresses(string address, bool dns, ImmutableDictionary<string, ImmutableArray<IPAddress>> resolved) =>
        IPAddress.TryParse(address, out var literal) ? [literal]
        : dns && resolved.TryGetValue(address, out var found) ? found
        : [];
}
