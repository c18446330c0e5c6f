using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GoogleEmulator.Http;
using GoogleEmulator.Projects;

namespace GoogleEmulator.Container;

/// <summary>Decides about a cluster that was asked for, or refuses it in the words of Kubernetes Engine.</summary>
internal static partial class ClusterPlanner
{
    private const int MostNodes = 15;

    public static ClusterPlan Plan(Project project, string location, JsonObject request, IReadOnlyList<Cluster> others, int quota)
    {
        var name = request["name"]?.ToString() ?? "";
        if (!Name().IsMatch(name))
        {
            throw GoogleException.Invalid($"Invalid value for field \"cluster.name\": \"{name}\". Must be a match of regex '(?:[a-z](?:[-a-z0-9]{{0,38}}[a-z0-9])?)'.");
        }

        if (!Locations.IsKnown(location))
        {
            throw GoogleException.Invalid($"Location \"{location}\" does not exist.");
        }

        if (others.Any(other => other.Plan.Project == project.Id && other.Plan.Location == location && other.Plan.Name == name))
        {
            throw GoogleException.AlreadyExists($"Already exists: projects/{project.Id}/{(Locations.IsZone(location) ? "zones" : "locations")}/{location}/clusters/{name}.");
        }

        var (machine, nodes) = Machines(request, location);
        var labels = request["resourceLabels"] as JsonObject ?? [];
        var plan = new ClusterPlan
        {
            Project = project.Id,
            Location = location,
            Name = name,
            ShortName = ShortName(labels["lab-cluster"]?.ToString() ?? name, location, others),
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            Network = (request["network"]?.ToString() ?? "default").Split('/')[^1],
            PodCidr = PodCidr(request, others),
            ServiceCidr = request["ipAllocationPolicy"]?["servicesIpv4CidrBlock"]?.ToString() ?? $"10.255.{(others.Count + 1) * 10}.0/24",
            MachineType = machine,
            Nodes = nodes,
            Labels = labels,
            Request = request,
            Index = Enumerable.Range(0, int.MaxValue).First(index => others.All(other => other.Plan.Index != index)),
        };
        CheckQuota(plan, others, quota);
        return plan;
    }

    public static int CpusInUse(string project, string region, IEnumerable<Cluster> clusters) =>
        clusters.Where(cluster => cluster.Plan.Project == project && cluster.Plan.Region == region).Sum(cluster => cluster.Plan.Cpus);

    private static (string Machine, int Nodes) Machines(JsonObject request, string location)
    {
        var pool = (request["nodePools"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault();
        var machine = pool?["config"]?["machineType"]?.ToString() ?? request["nodeConfig"]?["machineType"]?.ToString() ?? MachineTypes.Default;
        if (MachineTypes.Cpus(machine) is null)
        {
            throw GoogleException.Invalid($"Machine type with name '{machine}' does not exist in zone '{Locations.NodeZones(location)[0]}'");
        }

        var autopilot = request["autopilot"]?["enabled"]?.GetValueKind() == System.Text.Json.JsonValueKind.True;
        var perZone = autopilot ? 1 : int.Parse((pool?["initialNodeCount"] ?? request["initialNodeCount"])?.ToString() ?? "3", CultureInfo.InvariantCulture);
        var nodes = perZone * Locations.NodeZones(location).Count;
        return nodes is >= 1 and <= MostNodes
            ? (machine, nodes)
            : throw GoogleException.Invalid($"Cluster.initial_node_count must be from 1 to {MostNodes} over all zones in this emulator; the request asks for {nodes}.");
    }

    private static string ShortName(string wanted, string location, IReadOnlyList<Cluster> others) =>
        others.Any(other => other.Plan.ShortName == wanted) ? $"{wanted}-{location}" : wanted;

    private static string PodCidr(JsonObject request, IReadOnlyList<Cluster> others)
    {
        var wanted = request["ipAllocationPolicy"]?["clusterIpv4CidrBlock"]?.ToString() ?? request["clusterIpv4Cidr"]?.ToString() ?? "";
        if (wanted.StartsWith('/') || wanted.Length == 0)
        {
            return Enumerable.Range(1, 24).Select(index => $"10.{index * 10}.0.0/16").First(cidr => others.All(other => !Overlap(cidr, other.Plan.PodCidr)));
        }

        if (!IPNetwork.TryParse(wanted, out _))
        {
            throw GoogleException.Invalid($"Invalid value for field \"cluster.cluster_ipv4_cidr\": \"{wanted}\". Must be a CIDR, such as 10.96.0.0/14.");
        }

        return others.FirstOrDefault(other => Overlap(wanted, other.Plan.PodCidr)) is { } other
            ? throw GoogleException.Invalid(
                $"The network \"{other.Plan.Network}\" already uses {other.Plan.PodCidr} for the pods of cluster {other.Plan.Name}; {wanted} overlaps it.")
            : wanted;
    }

    private static bool Overlap(string one, string other)
    {
        var (a, b) = (IPNetwork.Parse(one), IPNetwork.Parse(other));
        return a.Contains(b.BaseAddress) || b.Contains(a.BaseAddress);
    }

    private static void CheckQuota(ClusterPlan plan, IReadOnlyList<Cluster> others, int quota)
    {
        var available = quota - CpusInUse(plan.Project, plan.Region, others);
        if (plan.Cpus > available)
        {
            throw GoogleException.Forbidden(string.Create(
                CultureInfo.InvariantCulture,
                $"Insufficient regional quota to satisfy request: resource \"CPUS\": request requires '{plan.Cpus:0.0}' and is short '{plan.Cpus - available:0.0}'. ")
                + string.Create(CultureInfo.InvariantCulture, $"project has a quota of '{quota:0.0}' with '{available:0.0}' available. ")
                + $"View and manage quotas at https://console.cloud.google.com/iam-admin/quotas?usage=USED&project={plan.Project}.");
        }
    }

    [GeneratedRegex("^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$")]
    private static partial Regex Name();
}
