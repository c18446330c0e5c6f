using System.Globalization;
using Provisioner.Plan;
using Provisioner.Tools.Gcloud.Answers;

namespace Provisioner.Clusters.Gke;

/// <summary>Estimates what a lab costs while it runs.</summary>
internal static class CloudCost
{
    // Three pods of whereami and three of the gateway in each cluster.
    private const int PodsOfEach = 3;

    /// <summary>US dollars an hour.</summary>
    public static double PerHour(CloudPlan cloud, IReadOnlyCollection<ClusterPlan> clusters) =>
        clusters.Sum(cluster => Nodes(cloud, cluster)) + Shared(clusters.Count);

    /// <summary>US dollars an hour of clusters as Google lists them, for a lab whose plan is gone.</summary>
    public static double PerHour(IReadOnlyCollection<GkeCluster> clusters) => Shared(clusters.Count) + clusters.Sum(cluster => Nodes(
        cluster.CurrentNodeCount ?? 0, cluster.NodeConfig?.MachineType ?? "", cluster.NodeConfig?.Spot == true, cluster.Place));

    private static double Shared(int clusters) => clusters * (CloudPrices.ClusterHour + PodsOfEach * (CloudPrices.IngressPodHour + 2 * CloudPrices.MeshClientHour))
        + CloudPrices.ForwardingRulesHour;

    /// <summary>The estimate in words, with its parts.</summary>
    public static IReadOnlyList<string> Describe(CloudPlan cloud, IReadOnlyCollection<ClusterPlan> clusters) =>
    [
        $"about {Dollars(PerHour(cloud, clusters))} an hour, without traffic between regions:",
        .. clusters.Select(cluster => $"  {Dollars(Nodes(cloud, cluster))} {cloud.Nodes} × {cloud.MachineType}{(cloud.Spot ? " (spot)" : "")} with disks and addresses in {cluster.Location}"),
        $"  {Dollars(clusters.Count * CloudPrices.ClusterHour)} management of {clusters.Count} clusters",
        $"  {Dollars(clusters.Count * PodsOfEach * (CloudPrices.IngressPodHour + 2 * CloudPrices.MeshClientHour) + CloudPrices.ForwardingRulesHour)} mesh, MultiClusterIngress and load balancers",
        $"  list prices as of {CloudPrices.Date}: {CloudPrices.Sources}",
    ];

    public static string Dollars(double amount) => string.Create(CultureInfo.InvariantCulture, $"${amount:0.00}");

    /// <summary>The vCPUs of a machine type, which its name ends with: e2-standard-4.</summary>
    public static int? Cpus(string machineType) =>
        int.TryParse(machineType[(machineType.LastIndexOf('-') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var cpus) && cpus > 0 ? cpus
        : machineType is "e2-micro" or "e2-small" or "e2-medium" ? 2
        : null;

    private static double Nodes(CloudPlan cloud, ClusterPlan cluster) => Nodes(cloud.Nodes, cloud.MachineType, cloud.Spot, cluster.Location);

    private static double Nodes(int nodes, string machineType, bool spot, string location)
    {
        var region = location.StartsWith("us-", StringComparison.Ordinal) ? 1 : CloudPrices.OutsideUnitedStates;
        return nodes * ((Cpus(machineType) ?? 4) * CloudPrices.CpuHour * region * (spot ? CloudPrices.Spot : 1) + CloudPrices.NodeExtrasHour);
    }
}
