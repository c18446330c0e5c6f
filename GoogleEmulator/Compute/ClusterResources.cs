using System.Text.Json.Nodes;
using GoogleEmulator.Clusters;
using GoogleEmulator.Container;
using Provisioner.Kubernetes;

namespace GoogleEmulator.Compute;

/// <summary>What a cluster keeps in Compute Engine: its nodes, its firewall rules, and the load balancers of its Services.</summary>
internal static class ClusterResources
{
    public static async Task<IReadOnlyList<ComputeResource>> ListAsync(Cluster cluster, CancellationToken cancellation)
    {
        if (cluster.Process is not { IsReady: true } process)
        {
            return [];
        }

        try
        {
            var nodes = process.Api.ListAsync(KubeResource.Nodes, null, "", cancellation);
            var balancers = LoadBalancersAsync(cluster, process, cancellation);
            return
            [
                .. (await nodes)["items"].Objects().SelectMany(node => Node(cluster, node)),
                .. Groups(cluster),
                .. Rules(cluster),
                .. await balancers,
            ];
        }
        catch (Exception e) when (e is ClusterUnreachableException or KubeException or ObjectDisposedException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // It ends just now.
            return [];
        }
    }

    /// <summary>The load balancers of Services; nobody takes them away when the cluster goes first.</summary>
    public static async Task<IReadOnlyList<ComputeResource>> LoadBalancersAsync(Cluster cluster, EmbeddedCluster process, CancellationToken cancellation)
    {
        var services = await process.Api.ListAsync(KubeResource.Services, null, "", cancellation);
        return
        [
            .. services["items"].Objects()
                .Where(service => service["spec"]?["type"]?.ToString() == "LoadBalancer" && service["status"]?["loadBalancer"]?["ingress"] is JsonArray { Count: > 0 })
                .SelectMany(service => LoadBalancer(cluster, service)),
        ];
    }

    private static IEnumerable<ComputeResource> Node(Cluster cluster, JsonObject node)
    {
        var plan = cluster.Plan;
        var zone = node.Label("topology.kubernetes.io/zone") ?? Locations.NodeZones(plan.Location)[0];
        var network = $"projects/{plan.Project}/global/networks/{plan.Network}";
        var disk = $"projects/{plan.Project}/zones/{zone}/disks/{node.Name()}";
        var type = $"projects/{plan.Project}/zones/{zone}/machineTypes/{plan.MachineType}";
        var addresses = node["status"]?["addresses"].Objects().ToLookup(address => address["type"]!.ToString(), address => address["address"]!.ToString());
        var interfaces = new JsonObject
        {
            ["name"] = "nic0",
            ["network"] = network,
            ["subnetwork"] = $"projects/{plan.Project}/regions/{plan.Region}/subnetworks/{plan.Network}",
            ["networkIP"] = addresses?["InternalIP"].FirstOrDefault(),
            ["stackType"] = "IPV4_ONLY",
            ["aliasIpRanges"] = new JsonArray(new JsonObject { ["ipCidrRange"] = node["spec"]?["podCIDR"]?.ToString() }),
        };
        if (addresses?["ExternalIP"].FirstOrDefault() is { } external)
        {
            interfaces["accessConfigs"] = new JsonArray(new JsonObject { ["type"] = "ONE_TO_ONE_NAT", ["name"] = "external-nat", ["natIP"] = external });
        }

        yield return Resource(cluster, $"zones/{zone}", "instances", node.Name(), new JsonObject
        {
            ["status"] = "RUNNING",
            ["machineType"] = type,
            ["tags"] = new JsonObject { ["items"] = new JsonArray(plan.NodeTag), ["fingerprint"] = plan.Id[..12] },
            ["networkInterfaces"] = new JsonArray(interfaces),
            ["disks"] = new JsonArray(new JsonObject { ["boot"] = true, ["deviceName"] = "persistent-disk-0", ["source"] = disk }),
            ["labels"] = new JsonObject(cluster.Labels.Select(label => KeyValuePair.Create(label.Key, label.Value?.DeepClone())))
            {
                ["goog-gke-node"] = "",
                ["goog-k8s-cluster-name"] = plan.Name,
                ["goog-k8s-cluster-location"] = plan.Location,
            },
            ["metadata"] = new JsonObject
            {
                ["items"] = new JsonArray(
                    new JsonObject { ["key"] = "cluster-name", ["value"] = plan.Name },
                    new JsonObject { ["key"] = "cluster-location", ["value"] = plan.Location }),
            },
        });
        yield return Resource(cluster, $"zones/{zone}", "disks", node.Name(), new JsonObject
        {
            ["sizeGb"] = "100",
            ["status"] = "READY",
            ["type"] = $"projects/{plan.Project}/zones/{zone}/diskTypes/pd-balanced",
        });
    }

    private static IEnumerable<ComputeResource> Groups(Cluster cluster)
    {
        var (plan, zones) = (cluster.Plan, Locations.NodeZones(cluster.Plan.Location));
        foreach (var zone in zones)
        {
            var group = $"projects/{plan.Project}/zones/{zone}/instanceGroups/{plan.InstanceGroup}";
            yield return Resource(cluster, $"zones/{zone}", "instanceGroups", plan.InstanceGroup, new JsonObject
            {
                ["network"] = $"projects/{plan.Project}/global/networks/{plan.Network}",
                ["size"] = plan.Nodes / zones.Count,
            });
            yield return Resource(cluster, $"zones/{zone}", "instanceGroupManagers", plan.InstanceGroup, new JsonObject
            {
                ["baseInstanceName"] = plan.InstanceGroup[..^"-grp".Length],
                ["instanceGroup"] = group,
                ["targetSize"] = plan.Nodes / zones.Count,
                ["status"] = new JsonObject { ["isStable"] = true },
            });
        }
    }

    private static IEnumerable<ComputeResource> Rules(Cluster cluster)
    {
        var plan = cluster.Plan;
        var prefix = $"gke-{plan.Name}-{plan.Id[..8]}";
        yield return Rule(cluster, $"{prefix}-all", plan.PodCidr, "tcp", "udp", "icmp", "esp", "ah", "sctp");
        yield return Rule(cluster, $"{prefix}-vms", "10.128.0.0/9", "tcp", "udp", "icmp");
    }

    private static IEnumerable<ComputeResource> LoadBalancer(Cluster cluster, JsonObject service)
    {
        var plan = cluster.Plan;
        var uid = service["metadata"]!["uid"]!.ToString().Replace("-", "", StringComparison.Ordinal);
        var name = $"a{uid}"[..Math.Min(32, uid.Length + 1)];
        var description = $"{{\"kubernetes.io/service-name\":\"{service.Namespace()}/{service.Name()}\"}}";
        var ports = service["spec"]!["ports"].Objects().Select(port => port["port"].Int()).Order().ToArray();
        var scope = $"regions/{plan.Region}";
        yield return Resource(cluster, scope, "forwardingRules", name, new JsonObject
        {
            ["description"] = description,
            ["IPAddress"] = service["status"]!["loadBalancer"]!["ingress"]![0]!["ip"]?.ToString(),
            ["IPProtocol"] = "TCP",
            ["portRange"] = $"{ports[0]}-{ports[^1]}",
            ["loadBalancingScheme"] = "EXTERNAL",
            ["networkTier"] = "PREMIUM",
            ["target"] = $"projects/{plan.Project}/{scope}/targetPools/{name}",
        });
        yield return Resource(cluster, scope, "targetPools", name, new JsonObject { ["description"] = description, ["sessionAffinity"] = "NONE" });
        yield return Rule(cluster, $"k8s-fw-{name}", "0.0.0.0/0", "tcp");
    }

    private static ComputeResource Rule(Cluster cluster, string name, string range, params string[] protocols) => Resource(cluster, "global", "firewalls", name, new JsonObject
    {
        ["network"] = $"projects/{cluster.Plan.Project}/global/networks/{cluster.Plan.Network}",
        ["direction"] = "INGRESS",
        ["priority"] = 1000,
        ["sourceRanges"] = new JsonArray(range),
        ["targetTags"] = new JsonArray(cluster.Plan.NodeTag),
        ["allowed"] = new JsonArray([.. protocols.Select(protocol => new JsonObject { ["IPProtocol"] = protocol })]),
        ["disabled"] = false,
    });

    private static ComputeResource Resource(Cluster cluster, string scope, string collection, string name, JsonObject body) =>
        new(cluster.Plan.Project, scope, collection, name, body, cluster.Created, $"cluster {cluster.Plan.Name}");
}
