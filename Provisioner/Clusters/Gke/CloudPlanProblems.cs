using System.Text.RegularExpressions;
using Provisioner.Plan;

namespace Provisioner.Clusters.Gke;

/// <summary>What is wrong with a plan for Google Cloud before anybody is asked.</summary>
internal static partial class CloudPlanProblems
{
    /// <summary>asmcli's own demand on a cluster.</summary>
    private const int LeastCpus = 8;

    public static IEnumerable<Problem> Find(CloudLab cloud)
    {
        var plan = cloud.Cloud;
        foreach (var project in cloud.Projects.Append(cloud.Fleet).Distinct().Where(project => !Project().IsMatch(project)))
        {
            yield return new Problem($"'{project}' is not the id of a project: 6 to 30 lower-case letters, digits and hyphens", "Name yours: --project P (gcloud projects list)");
        }

        if (!Label().IsMatch(cloud.Plan.Name))
        {
            yield return new Problem($"the lab's name '{cloud.Plan.Name}' cannot be a label: lower-case letters, digits, hyphens, 63 at most", "Give it another: --name NAME");
        }

        foreach (var (key, value) in plan.Labels ?? new Dictionary<string, string>())
        {
            if (!Label().IsMatch(key) || (value.Length > 0 && !LabelValue().IsMatch(value)))
            {
                yield return new Problem($"'{key}={value}' cannot be a label: lower-case letters, digits, hyphens, underscores, 63 at most", $"Correct Lab:Google:Labels:{key}");
            }
        }

        if (plan.Mesh is not (CloudPlan.Managed or CloudPlan.InCluster))
        {
            yield return new Problem($"mesh '{plan.Mesh}' does not exist; there are {CloudPlan.Managed} and {CloudPlan.InCluster}", "Correct Lab:Google:Mesh");
        }

        if (plan is { RelayImage: not null, WhereamiImage: null })
        {
            yield return new Problem("Lab:Google:RelayImage collects spans of the lab's own whereami only, and the clusters run Google's", "Name both images, or neither: Lab:Google:WhereamiImage");
        }

        if (plan.Nodes is < 1 or > 100)
        {
            yield return new Problem($"{plan.Nodes} nodes per cluster are not possible; 1 to 100 are", "Correct Lab:Google:Nodes");
        }

        if (CloudCost.Cpus(plan.MachineType) is { } cpus && (cpus < 4 || cpus * plan.Nodes < LeastCpus))
        {
            yield return new Problem(
                $"{plan.Nodes} × {plan.MachineType} are too small for a mesh: machines of 4 vCPUs, and {LeastCpus} in a cluster, are the least",
                "Take Lab:Google:MachineType e2-standard-4 and Lab:Google:Nodes 3");
        }

        foreach (var cluster in cloud.Lab.Clusters.Where(cluster => !Zone().IsMatch(cluster.Plan.Location)))
        {
            yield return new Problem($"the location of {cluster.Name} is '{cluster.Plan.Location}'; expected a zone, such as us-central1-c", "Correct it in Lab:Clusters");
        }

        foreach (var cluster in cloud.Lab.Clusters.Where(cluster => !ClusterName().IsMatch(cluster.Plan.ClusterName)))
        {
            yield return new Problem(
                $"'{cluster.Plan.ClusterName}' cannot name a GKE cluster: lower-case letters, digits and hyphens, 40 at most", "Correct ClusterName in Lab:Clusters");
        }

        if (cloud.Projects.Count() > 1 && !plan.Network.Contains('/'))
        {
            yield return new Problem(
                $"clusters in the projects {string.Join(", ", cloud.Projects)} have networks of their own, and pods cannot reach each other",
                "Use a shared VPC (Lab__Google__Network=projects/HOST/global/networks/NAME), or one project");
        }

        foreach (var problem in plan.Mesh == CloudPlan.InCluster ? InCluster(plan) : [])
        {
            yield return problem;
        }
    }

    private static IEnumerable<Problem> InCluster(CloudPlan plan)
    {
        if (plan.RehearsalDirectory is not null)
        {
            yield return new Problem("asmcli cannot be rehearsed: it calls Google's mesh APIs at fixed addresses", "Rehearse with the managed mesh (leave out Lab:Google:Mesh)");
            yield break;
        }

        if (!OperatingSystem.IsLinux())
        {
            yield return new Problem("asmcli runs on Linux only", "Use Cloud Shell, or the managed mesh");
        }

        if (plan.AsmcliSha256 is not { Length: 64 })
        {
            yield return new Problem(
                "asmcli is a script that is downloaded and run with your rights, so the lab wants its SHA-256",
                $"Read it and name its digest: curl -s {Mesh.InCluster.Asmcli.Url(plan.AsmVersion)} | sha256sum, then Lab__Google__AsmcliSha256=DIGEST");
        }

        foreach (var tool in new[] { "awk", "git", "grep", "jq", "sed", "tr", "head", "csplit", "kubectl", "curl" }.Where(tool => Tools.Programs.Find(tool) is null))
        {
            yield return new Problem($"asmcli needs {tool}, which is not on PATH", $"Install it, such as: apt-get install {tool}");
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$")]
    private static partial Regex Project();

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,62}$")]
    private static partial Regex Label();

    [GeneratedRegex("^[a-z0-9_-]{0,63}$")]
    private static partial Regex LabelValue();

    [GeneratedRegex("^[a-z]+-[a-z]+[0-9]+-[a-z]$")]
    private static partial Regex Zone();

    [GeneratedRegex("^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$")]
    private static partial Regex ClusterName();
}
