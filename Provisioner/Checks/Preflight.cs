using System.Net;
using Provisioner.Clusters;
using Provisioner.Modes;
using Provisioner.Plan;
using Provisioner.Stages;

namespace Provisioner.Checks;

/// <summary>Finds everything in the plan, the manifests and the lab folder that would stop the lab.</summary>
internal static class Preflight
{
    public static IEnumerable<Problem> Find(Lab lab) => [.. PlanProblems(lab.Plan), .. ManifestProblems(lab), .. FolderProblems(lab.Plan)];

    /// <exception cref="LabException">There are problems; the message has all of them.</exception>
    public static void Throw(IReadOnlyList<Problem> problems)
    {
        if (problems.Count > 0)
        {
            throw new LabException(
                string.Join("; ", problems.Select(problem => problem.What)),
                string.Join("; ", problems.Select(problem => problem.Cure).Distinct()));
        }
    }

    internal static IEnumerable<Problem> PlanProblems(LabPlan plan)
    {
        if (LabModes.Find(plan.Mode) is null)
        {
            yield return new Problem(LabModes.Unknown(plan.Mode), LabModes.Cure);
        }

        if (plan.Until is < 1 or > LabPlan.LastStage)
        {
            yield return new Problem($"until is {plan.Until}; stages are 1 to {LabPlan.LastStage}", "Start the lab with --until 1 to 9");
        }

        if (plan.Clusters.Count < 2)
        {
            yield return new Problem($"the plan has {plan.Clusters.Count} clusters; a mesh across clusters needs two", "Add an entry to Lab:Clusters");
        }

        if (plan.Clusters.All(cluster => cluster.Name != plan.ConfigCluster))
        {
            yield return new Problem(
                $"the config cluster '{plan.ConfigCluster}' is not a cluster of the lab", $"Name one of {string.Join(", ", plan.Clusters.Select(cluster => cluster.Name))}");
        }

        foreach (var (what, value) in Duplicates(plan))
        {
            yield return new Problem($"{what} {value} is given to two clusters", "Give each cluster its own in Lab:Clusters");
        }

        foreach (var cluster in plan.Clusters)
        {
            foreach (var (what, cidr) in new[] { ("pod CIDR", cluster.PodCidr), ("service CIDR", cluster.ServiceCidr) })
            {
                if (!IPNetwork.TryParse(cidr, out _))
                {
                    yield return new Problem($"the {what} of {cluster.Name} is '{cidr}'; expected such as 10.10.0.0/16", "Correct it in Lab:Clusters");
                }
            }
        }

        foreach (var (one, other) in OverlappingPods(plan))
        {
            yield return new Problem(
                $"the pod CIDRs of {one.Name} ({one.PodCidr}) and {other.Name} ({other.PodCidr}) overlap", "Give each cluster its own range in Lab:Clusters");
        }
    }

    private static IEnumerable<(string What, string Value)> Duplicates(LabPlan plan) =>
        from values in new[]
        {
            (What: "the name", Values: plan.Clusters.Select(cluster => cluster.Name)),
            (What: "the cluster name", Values: plan.Clusters.Select(cluster => cluster.ClusterName)),
            (What: "the API port", Values: plan.Clusters.Where(cluster => cluster.ApiPort > 0).Select(cluster => $"{cluster.ApiPort}")),
            (What: "the gateway port", Values: plan.Clusters.Where(cluster => cluster.GatewayPort > 0).Select(cluster => $"{cluster.GatewayPort}")),
        }
        from value in values.Values.GroupBy(value => value)
        where value.Count() > 1
        select (values.What, value.Key);

    private static IEnumerable<(ClusterPlan, ClusterPlan)> OverlappingPods(LabPlan plan) =>
        from index in Enumerable.Range(0, plan.Clusters.Count)
        from other in plan.Clusters.Skip(index + 1)
        let cluster = plan.Clusters[index]
        where IPNetwork.TryParse(cluster.PodCidr, out var a) && IPNetwork.TryParse(other.PodCidr, out var b)
            && (a.Contains(b.BaseAddress) || b.Contains(a.BaseAddress))
        select (cluster, other);

    private static List<Problem> ManifestProblems(Lab lab)
    {
        if (!Directory.Exists(lab.Plan.Manifests))
        {
            return [new Problem($"there is no folder {lab.Plan.Manifests}", "Put the manifests back, for example with: git restore kube")];
        }

        var problems = new List<Problem>();
        foreach (var name in Manifests.All)
        {
            try
            {
                if (Manifests.Read(lab, name).Count == 0)
                {
                    problems.Add(new Problem($"kube/{name} holds no object", $"Put it back, for example with: git restore kube/{name}"));
                }
            }
            catch (LabException e)
            {
                problems.Add(new Problem(e.Message, e.Cure));
            }
        }

        return problems;
    }

    private static IEnumerable<Problem> FolderProblems(LabPlan plan)
    {
        var probe = Path.Combine(plan.Directory, ".writable");
        string? reason = null;
        try
        {
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reason = e.Message;
        }

        return reason is null ? [] : [new Problem($"{plan.Directory} cannot be written: {reason}", "Free disk space, or correct the folder's owner and mode")];
    }
}
