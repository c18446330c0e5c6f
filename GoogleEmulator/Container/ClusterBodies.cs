using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GoogleEmulator.Http;

namespace GoogleEmulator.Container;

/// <summary>Clusters as the API shows them.</summary>
internal static class ClusterBodies
{
    public const string Version = "1.32.13-gke.1059000";

    public static JsonObject Describe(Cluster cluster, string baseUrl, string computeUrl)
    {
        var plan = cluster.Plan;
        // What was asked for stays as it is, unless it is decided here.
        var body = (JsonObject)plan.Request.DeepClone();
        Add(body, new JsonObject
        {
            ["name"] = plan.Name,
            ["id"] = plan.Id,
            ["location"] = plan.Location,
            ["zone"] = plan.Location,
            ["locations"] = Strings(Locations.NodeZones(plan.Location)),
            ["selfLink"] = SelfLink(cluster, baseUrl),
            ["status"] = cluster.Status,
            ["createTime"] = Timestamps.Seconds(cluster.Created),
            ["initialClusterVersion"] = Version,
            ["currentMasterVersion"] = Version,
            ["currentNodeVersion"] = Version,
            ["currentNodeCount"] = plan.Nodes,
            ["clusterIpv4Cidr"] = plan.PodCidr,
            ["servicesIpv4Cidr"] = plan.ServiceCidr,
            ["network"] = plan.Network,
            ["subnetwork"] = plan.Network,
            ["networkConfig"] = Network(plan),
            ["ipAllocationPolicy"] = new JsonObject
            {
                ["useIpAliases"] = true,
                ["clusterIpv4Cidr"] = plan.PodCidr,
                ["clusterIpv4CidrBlock"] = plan.PodCidr,
                ["servicesIpv4Cidr"] = plan.ServiceCidr,
                ["servicesIpv4CidrBlock"] = plan.ServiceCidr,
                ["stackType"] = "IPV4",
            },
            ["nodePools"] = new JsonArray(NodePools.Describe(cluster, baseUrl, computeUrl)),
            ["nodeConfig"] = NodePools.Config(plan),
            ["resourceLabels"] = cluster.Labels,
            ["labelFingerprint"] = LabelFingerprint(cluster),
            ["loggingService"] = "logging.googleapis.com/kubernetes",
            ["monitoringService"] = "monitoring.googleapis.com/kubernetes",
            ["etag"] = plan.Id[..36],
        });
        Default(body, "releaseChannel", new JsonObject { ["channel"] = "REGULAR" });
        Default(body, "addonsConfig", new JsonObject { ["httpLoadBalancing"] = new JsonObject() });
        if (cluster.Endpoint is { } endpoint)
        {
            body["endpoint"] = endpoint;
            body["masterAuth"] = new JsonObject { ["clusterCaCertificate"] = cluster.CertificateAuthority };
        }

        body.Remove("workloadIdentityConfig");
        if (cluster.WorkloadPool is { } pool)
        {
            body["workloadIdentityConfig"] = new JsonObject { ["workloadPool"] = pool };
        }

        body.Remove("fleet");
        if (cluster.Membership is { } membership)
        {
            body["fleet"] = new JsonObject
            {
                ["project"] = membership.Split('/')[1],
                ["membership"] = $"//gkehub.googleapis.com/{membership}",
                ["preRegistered"] = true,
            };
        }

        if (cluster.Fault is { } fault)
        {
            body["statusMessage"] = fault;
            body["conditions"] = new JsonArray(new JsonObject { ["canonicalCode"] = "INTERNAL", ["message"] = fault });
        }

        return body;
    }

    /// <summary>Changes with the labels.</summary>
    public static string LabelFingerprint(Cluster cluster) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cluster.Labels.ToJsonString())))[..8];

    /// <summary>Zonal clusters are below <c>zones</c>, others below <c>locations</c>.</summary>
    public static string SelfLink(Cluster cluster, string baseUrl) =>
        $"{baseUrl}v1/projects/{cluster.Plan.Project}/{(Locations.IsZone(cluster.Plan.Location) ? "zones" : "locations")}/{cluster.Plan.Location}/clusters/{cluster.Plan.Name}";

    public static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static JsonObject Network(ClusterPlan plan)
    {
        var network = plan.Request["networkConfig"]?.DeepClone() as JsonObject ?? [];
        network["network"] = $"projects/{plan.Project}/global/networks/{plan.Network}";
        network["subnetwork"] = $"projects/{plan.Project}/regions/{plan.Region}/subnetworks/{plan.Network}";
        return network;
    }

    private static void Add(JsonObject body, JsonObject more)
    {
        foreach (var (key, value) in more)
        {
            body[key] = value?.DeepClone();
        }
    }

    private static void Default(JsonObject body, string key, JsonNode value)
    {
        if (body[key] is null)
        {
            body[key] = value;
        }
    }
}
