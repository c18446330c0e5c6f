using Provisioner.Kubernetes;
using Provisioner.Stages;
using Provisioner.Tools.Gcloud;

namespace Provisioner.Clusters.Gke.Down;

/// <summary>Takes a lab off Google Cloud, however far it had come, and nothing else.</summary>
internal sealed class CloudDown(GcloudClient gcloud, GcloudEnvironment environment, TimeProvider time)
{
    /// <summary>How long the load balancers of one cluster may take to be released; without it the rest still goes, and the sweep shows what they left.</summary>
    private static readonly TimeSpan Release = TimeSpan.FromMinutes(10);

    /// <returns>What is left; empty when the lab is gone.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(DownTarget target, bool dryRun, Action<string> say, CancellationToken cancellation)
    {
        var known = target.Record?.Clusters ?? target.Known;
        var made = await LookAsync(target, known, cancellation);
        var plan = DownPlan.Of(made, target.Record);
        if (plan.IsEmpty)
        {
            say($"there is nothing of the lab '{target.Name}' in {string.Join(", ", target.Projects)}");
        }

        if (dryRun)
        {
            say(plan.IsEmpty ? "nothing would be removed" : "would be removed, in this order:");
            foreach (var line in plan.Lines(target.Fleet))
            {
                say($"    $ {line}");
            }

            return [];
        }

        var cost = Cost(made, target);
        await TakeAsync(plan, target.Fleet, say, cancellation);
        known = [.. known.Concat(plan.Clusters).Distinct()];
        var after = await LookAsync(target, known, cancellation);
        if (DownPlan.Of(after, target.Record) is { IsEmpty: false } rest)
        {
            // A cluster that was still being made when it was seen has joined the fleet in the meantime.
            await TakeAsync(rest, target.Fleet, say, cancellation);
            after = await LookAsync(target, known, cancellation);
        }

        var left = await CloudSweep.FindAsync(gcloud, after, target.Projects, [.. target.ClusterNames(plan)], target.Namespaces, cancellation);
        foreach (var thing in left)
        {
            say($"left: {thing}");
        }

        if (!plan.IsEmpty)
        {
            say(cost);
        }

        return left;
    }

    private Task<CloudInventory> LookAsync(DownTarget target, IReadOnlyList<CloudClusterName> known, CancellationToken cancellation) =>
        CloudInventory.LookAsync(gcloud, target.Name, target.Fleet, target.Projects, known, cancellation);

    private async Task TakeAsync(DownPlan plan, string fleet, Action<string> say, CancellationToken cancellation)
    {
        await EmptyAsync(plan, say, cancellation);
        await LeaveFleetAsync(plan, fleet, say, cancellation);
        await Task.WhenAll(
        [
            .. plan.Firewalls.Select(each => RemoveAsync(GcloudArguments.DeleteFirewall(each.Project, each.Rule), $"firewall rule {each.Rule} of {each.Project}", say, cancellation)),
            .. plan.Clusters.Select(cluster => DeleteAsync(cluster, say, cancellation)),
        ]);
    }

    /// <summary>While the controllers still run they release what they made at Google; nothing else does.</summary>
    private async Task EmptyAsync(DownPlan plan, Action<string> say, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("lab-down-");
        try
        {
            var opened = (await Task.WhenAll(plan.Empty.Select(cluster => OpenAsync(cluster, folder.FullName, say, cancellation)))).OfType<(KubeApi Api, string Name)>().ToArray();
            await Task.WhenAll(opened.Select(each => WithinAsync(each.Name, new LoadBalancers(each.Api, each.Name, say).RemoveIngressesAsync, say, cancellation)));
            await Task.WhenAll(opened.Select(each => WithinAsync(each.Name, new LoadBalancers(each.Api, each.Name, say).RemoveServicesAsync, say, cancellation)));
            foreach (var (api, _) in opened)
            {
                api.Dispose();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<(KubeApi Api, string Name)?> OpenAsync(CloudClusterName cluster, string folder, Action<string> say, CancellationToken cancellation)
    {
        try
        {
            var path = Path.Combine(folder, $"{cluster.Project}-{cluster.Location}-{cluster.Name}");
            await GkeCredentials.WriteAsync(gcloud, environment, cluster.Project, cluster.Location, cluster.Name, path, cancellation);
            return (new KubeApi(cluster.Name, KubeConfig.Load(path)), cluster.Name);
        }
        catch (LabException e)
        {
            say($"{cluster.Name} cannot be asked to release its load balancers: {e.Message}");
            return null;
        }
    }

    private static async Task WithinAsync(string cluster, Func<CancellationToken, Task> work, Action<string> say, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Release);
        try
        {
            await work(limit.Token);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && e is OperationCanceledException or ClusterUnreachableException or KubeException or LabException)
        {
            say($"{cluster} did not release all its load balancers: {e.Message}");
        }
    }

    private async Task LeaveFleetAsync(DownPlan plan, string fleet, Action<string> say, CancellationToken cancellation)
    {
        if (plan.DisableIngress)
        {
            await RemoveAsync(GcloudArguments.DisableIngress(fleet), $"feature Ingress of the fleet of {fleet}", say, cancellation);
        }

        await Task.WhenAll(plan.Unmanage.Select(membership => gcloud.RemoveAsync(GcloudArguments.ManageMesh(fleet, membership, "manual"), cancellation)));
        if (plan.DisableMesh)
        {
            await RemoveAsync(GcloudArguments.DisableMesh(fleet), $"feature Service Mesh of the fleet of {fleet}", say, cancellation);
        }

        await Task.WhenAll(plan.Unregister.Select(membership => RemoveAsync(plan.UnregisterArguments(fleet, membership), $"membership {membership.Name}", say, cancellation)));
    }

    private async Task DeleteAsync(CloudClusterName cluster, Action<string> say, CancellationToken cancellation)
    {
        await Polling.UntilAsync(
            async token =>
            {
                var found = (await gcloud.ClustersAsync(cluster.Project, token)).FirstOrDefault(each => each.Name == cluster.Name && each.Place == cluster.Location);
                if (found is { Status: not "STOPPING" })
                {
                    // Refused as busy, and tried again, while the cluster is still being made.
                    await gcloud.RemoveAsync(GcloudArguments.DeleteCluster(cluster.Project, cluster.Location, cluster.Name), token);
                }

                return (found is null, $"{cluster.Name} is being deleted");
            },
            new Progress(say),
            cancellation);
        say($"removed: cluster {cluster.Name} in {cluster.Location} of {cluster.Project}");
    }

    private async Task RemoveAsync(string[] arguments, string what, Action<string> say, CancellationToken cancellation)
    {
        if (await gcloud.RemoveAsync(arguments, cancellation))
        {
            say($"removed: {what}");
        }
    }

    private string Cost(CloudInventory made, DownTarget target)
    {
        if ((target.Record?.Since ?? made.OwnClusters.Min(each => each.Cluster.CreateTime)) is not { } since)
        {
            return "it cost nothing to speak of";
        }

        var hours = (time.GetUtcNow() - since).TotalHours;
        var dollars = CloudCost.Dollars(hours * (target.Record?.CostPerHour ?? CloudCost.PerHour([.. made.OwnClusters.Select(each => each.Cluster)])));
        return target.IsRehearsal
            ? $"it ran for {hours:0.0} hours and cost nothing; in Google Cloud it would have been about {dollars} (see docs/cloud.md)"
            : $"it ran for {hours:0.0} hours and cost about {dollars} (see docs/cloud.md)";
    }
}
