using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using GoogleEmulator.Container;
using GoogleEmulator.Http;

namespace GoogleEmulator.Compute;

/// <summary>What a project has in Compute Engine by itself: made through the API, or left behind by what is gone.</summary>
internal sealed class ComputeTable
{
    private readonly ConcurrentDictionary<string, ComputeResource> resources = new();

    /// <summary>Begins with the default network and its four rules, as a new project does.</summary>
    public ComputeTable(string project, DateTimeOffset created)
    {
        foreach (var resource in DefaultNetwork.Of(project, created))
        {
            Set(resource);
        }
    }

    public IEnumerable<ComputeResource> All => resources.Values;

    public IEnumerable<ComputeResource> Firewalls => resources.Values.Where(resource => resource.Collection == "firewalls");

    public bool Has(string path) => resources.ContainsKey(path);

    public void Add(ComputeResource resource)
    {
        if (!resources.TryAdd(resource.Path, resource))
        {
            throw GoogleException.AlreadyExists($"The resource '{resource.Path}' already exists");
        }
    }

    public void Set(ComputeResource resource) => resources[resource.Path] = resource;

    public void Remove(string path) => resources.TryRemove(path, out _);

    private static class DefaultNetwork
    {
        public static IEnumerable<ComputeResource> Of(string project, DateTimeOffset created)
        {
            yield return Of("global", "networks", "default", new JsonObject
            {
                ["autoCreateSubnetworks"] = true,
                ["description"] = "Default network for the project",
                ["routingConfig"] = new JsonObject { ["routingMode"] = "REGIONAL" },
            });
            foreach (var region in Locations.Regions)
            {
                yield return Of($"regions/{region}", "subnetworks", "default", new JsonObject
                {
                    ["network"] = $"projects/{project}/global/networks/default",
                    ["ipCidrRange"] = $"10.{Locations.SubnetOf(region)}.0.0/20",
                });
            }

            yield return Rule("internal", "10.128.0.0/9", "tcp", "udp", "icmp");
            yield return Rule("ssh", "0.0.0.0/0", "tcp");
            yield return Rule("rdp", "0.0.0.0/0", "tcp");
            yield return Rule("icmp", "0.0.0.0/0", "icmp");

            ComputeResource Of(string scope, string collection, string name, JsonObject body) => new(project, scope, collection, name, body, created);

            ComputeResource Rule(string what, string range, params string[] protocols) => Of("global", "firewalls", $"default-allow-{what}", new JsonObject
            {
                ["network"] = $"projects/{project}/global/networks/default",
                ["direction"] = "INGRESS",
                ["priority"] = 65534,
                ["sourceRanges"] = new JsonArray(range),
                ["allowed"] = new JsonArray([.. protocols.Select(protocol => Allowed(what, protocol))]),
                ["disabled"] = false,
            });
        }

        private static JsonObject Allowed(string what, string protocol)
        {
            var allowed = new JsonObject { ["IPProtocol"] = protocol };
            if (protocol != "icmp")
            {
                allowed["ports"] = new JsonArray(what switch { "ssh" => "22", "rdp" => "3389", _ => "0-65535" });
            }

            return allowed;
        }
    }
}
