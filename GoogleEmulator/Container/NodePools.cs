using System.Text.Json.Nodes;

namespace GoogleEmulator.Container;

/// <summary>The one node pool of a cluster, as the API shows it.</summary>
internal static class NodePools
{
    public const string Name = "default-pool";

    public static JsonObject Describe(Cluster cluster, string baseUrl, string computeUrl)
    {
        var plan = cluster.Plan;
        var zones = Locations.NodeZones(plan.Location);
        var pool = (plan.Request["nodePools"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault()?.DeepClone() as JsonObject ?? [];
        pool["name"] = Name;
        pool["config"] = Config(plan);
        pool["initialNodeCount"] = plan.Nodes / zones.Count;
        pool["locations"] = ClusterBodies.Strings(zones);
        pool["instanceGroupUrls"] = ClusterBodies.Strings(
            zones.Select(zone => $"{computeUrl}projects/{plan.Project}/zones/{zone}/instanceGroupManagers/{plan.InstanceGroup}"));
        pool["selfLink"] = $"{ClusterBodies.SelfLink(cluster, baseUrl)}/nodePools/{Name}";
        pool["status"] = cluster.Status;
        pool["version"] = ClusterBodies.Version;
        pool["podIpv4CidrSize"] = 24;
        return pool;
    }

    public static JsonObject Config(ClusterPlan plan)
    {
        var config = (plan.Request["nodePools"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault()?["config"]?.DeepClone() as JsonObject ?? [];
        config["machineType"] = plan.MachineType;
        config["diskSizeGb"] ??= 100;
        config["diskType"] ??= "pd-balanced";
        config["imageType"] ??= "COS_CONTAINERD";
        config["serviceAccount"] ??= "default";
        return config;
    }
}
