using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AppHost.Options;
using Containers;
using Provisioner.Plan;

namespace AppHost.K3s;

/// <summary>Names the containers of a lab.</summary>
internal static class K3sPlanner
{
    /// <param name="directory">The lab's folder: the same folder has the same names in every run, so that what a killed run left is found.</param>
    public static K3sPlan PlanLab(LabPlace place, LabOptions options, string directory) => new()
    {
        Engine = place.Engine!.Command,
        Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory)))[..8],
        CgroupVersion = place.Info!.CgroupVersion,
        Rootless = place.Info.Rootless,
        Architecture = place.Info.Architecture,
        K3sImage = options.K3sImage,
        WhereamiImage = options.WhereamiImage,
        BundleDirectory = place.Bundle?.Directory,
    };

    public static K3sClusterPlan PlanCluster(K3sPlan lab, ClusterOptions cluster) => new()
    {
        Server = $"{LabLabels.Prefix(lab.Id)}{cluster.Name}",
        Agents = [.. Enumerable.Range(1, cluster.Agents).Select(number => string.Create(CultureInfo.InvariantCulture, $"{LabLabels.Prefix(lab.Id)}{cluster.Name}-agent-{number}"))],
        Alias = cluster.Name,
    };
}
