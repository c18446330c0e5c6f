using System.Diagnostics;
using Provisioner.Tools.Gcloud;
using Provisioner.Tools.Gcloud.Answers;

namespace Provisioner.Clusters.Gke;

/// <summary>The firewall rule that lets pods of the lab's clusters reach each other; one rule for all pairs.</summary>
internal sealed class CloudFirewall(CloudLab cloud)
{
    /// <summary>How long an observed rule is taken to be there: checks ask several times a second.</summary>
    private static readonly TimeSpan Trust = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim one = new(1);
    private long? seen;

    public async Task<bool> IsOpenAsync(CancellationToken cancellation)
    {
        if (IsTrusted)
        {
            return true;
        }

        // A rule counts when it is as it should be now: a cluster that was made anew has another range.
        foreach (var wanted in await WantedAsync(cancellation))
        {
            if (await FindAsync(wanted.Project, cancellation) is not { } rule || !Covers(rule, wanted))
            {
                return false;
            }
        }

        seen = Stopwatch.GetTimestamp();
        return true;
    }

    public async Task OpenAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            // The step for the other direction has made the same rule in the meantime.
            if (IsTrusted)
            {
                return;
            }

            foreach (var wanted in await WantedAsync(cancellation))
            {
                if (await FindAsync(wanted.Project, cancellation) is { } rule)
                {
                    if (Covers(rule, wanted))
                    {
                        continue;
                    }

                    await cloud.Gcloud.RemoveAsync(GcloudArguments.DeleteFirewall(wanted.Project, rule.Name), cancellation);
                }

                await cloud.Gcloud.MakeAsync(Arguments(wanted), cancellation);
            }

            seen = Stopwatch.GetTimestamp();
        }
        finally
        {
            one.Release();
        }
    }

    public async Task CloseAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            seen = null;
            foreach (var project in cloud.Projects)
            {
                if (await FindAsync(project, cancellation) is { } rule)
                {
                    await cloud.Gcloud.RemoveAsync(GcloudArguments.DeleteFirewall(project, rule.Name), cancellation);
                }
            }
        }
        finally
        {
            one.Release();
        }
    }

    private bool IsTrusted => seen is { } last && Stopwatch.GetElapsedTime(last) < Trust;

    private string[] Arguments(WantedRule wanted) => GcloudArguments.CreateFirewall(
        wanted.Project, cloud.FirewallName, LabLabel.Description(cloud.Plan.Name), cloud.Cloud.Network, wanted.Ranges, wanted.Tags);

    /// <exception cref="LabException">The name is taken by a rule that is not the lab's.</exception>
    private async Task<FirewallRule?> FindAsync(string project, CancellationToken cancellation)
    {
        var found = (await cloud.Gcloud.FirewallsAsync(project, cancellation)).FirstOrDefault(rule => rule.Name == cloud.FirewallName);
        return found is null || LabLabel.IsIn(found.Description, cloud.Plan.Name) ? found : throw NotOurs(project, found.Name, cloud.Plan.Name);
    }

    public static LabException NotOurs(string project, string rule, string lab) => new(
        $"there is a firewall rule {rule} in {project} whose description is not {LabLabel.Description(lab)}: it is not the lab's",
        $"Give the lab a name of its own (--name NAME), or if it is yours delete it: gcloud compute firewall-rules delete {rule} --project={project}");

    private static bool Covers(FirewallRule rule, WantedRule wanted) =>
        wanted.Ranges.All(range => rule.SourceRanges?.Contains(range) == true) && wanted.Tags.All(tag => rule.TargetTags?.Contains(tag) == true);

    private async Task<IReadOnlyList<WantedRule>> WantedAsync(CancellationToken cancellation)
    {
        var ranges = new List<string>();
        foreach (var cluster in cloud.Lab.Clusters)
        {
            var found = await cloud.FindAsync(cluster, cancellation);
            ranges.Add(found?.ClusterIpv4Cidr ?? throw new LabException(
                $"GKE gives no range of pod addresses for {cluster.Plan.ClusterName}", $"Make the cluster first: dotnet run --project Provisioner -- stage 3"));
        }

        return await Task.WhenAll(cloud.Projects.Select(async project => new WantedRule(project, [.. ranges.Distinct().Order(StringComparer.Ordinal)], await TagsAsync(project, cancellation))));
    }

    /// <summary>The network tags of the clusters' nodes, such as <c>gke-multi-cluster-demo-us-1a2b3c4d-node</c>.</summary>
    private async Task<IReadOnlyList<string>> TagsAsync(string project, CancellationToken cancellation)
    {
        var clusters = cloud.Lab.Clusters.Where(cluster => cloud.ProjectOf(cluster) == project).Select(cluster => cluster.Plan.ClusterName);
        var arguments = GcloudArguments.Instances(project, clusters);
        var nodes = await cloud.Gcloud.AskAsync(arguments, GcloudJson.Default.ComputeInstanceArray, cancellation);
        string[] tags = [.. nodes.SelectMany(node => node.Tags?.Items ?? []).Where(tag => tag.StartsWith("gke-", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];
        return tags.Length > 0 ? tags : throw new LabException($"no node of the lab's clusters in {project} has a network tag", $"See: {GcloudLine.ByHand(arguments)}");
    }

    private sealed record WantedRule(string Project, IReadOnlyList<string> Ranges, IReadOnlyList<string> Tags);
}
