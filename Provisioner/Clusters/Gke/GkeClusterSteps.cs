using Provisioner.Kubernetes;
using Provisioner.Stages;
using Provisioner.Tools.Gcloud;
using Provisioner.Tools.Gcloud.Answers;

namespace Provisioner.Clusters.Gke;

/// <summary>The steps that make a GKE cluster and its entry in the lab's kubeconfig, and that delete it.</summary>
internal sealed class GkeClusterSteps(CloudLab cloud, GcloudEnvironment environment, CloudRecordFile record, LabKubeconfig kubeconfig)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(25);

    private const string Running = "RUNNING";

    public Step Create(LabCluster cluster) => new()
    {
        Name = $"create GKE cluster {cluster.Plan.ClusterName} in {cluster.Plan.Location}",
        IsDone = async cancellation => IsUp(await cloud.FindAsync(cluster, cancellation)),
        Act = (progress, cancellation) => CreateAsync(cluster, progress, cancellation),
        Settle = (progress, cancellation) => Polling.UntilAsync(token => ObserveAsync(cluster, token), progress, cancellation),
        Deadline = Longest,
        Hint = $"See: {GcloudLine.ByHand(GcloudArguments.Operations(cloud.ProjectOf(cluster), cluster.Plan.Location, cluster.Plan.ClusterName))}; "
            + "the operation goes on by itself, and running the stage again waits for it",
        ByHand = [GcloudLine.ByHand(GcloudArguments.CreateCluster(cloud.Cloud, cloud.Plan.Name, cloud.ProjectOf(cluster), cluster.Plan, "NUMBER"))],
    };

    public Step Credentials(LabCluster cluster) => new()
    {
        Name = $"write the credentials of {cluster.Name} into the lab's kubeconfig",
        IsDone = async cancellation =>
            File.Exists(cluster.Plan.Kubeconfig)
            && File.Exists(kubeconfig.Path)
            && (await cloud.FindAsync(cluster, cancellation))?.Endpoint is { } endpoint
            && YamlDocuments.ReadText(cluster.Plan.Kubeconfig).Contains($"https://{endpoint}", StringComparison.Ordinal),
        Act = (_, cancellation) => CredentialsAsync(cluster, cancellation),
        Hint = $"See: {GcloudLine.ByHand(GcloudArguments.Credentials(cloud.ProjectOf(cluster), cluster.Plan.Location, cluster.Plan.ClusterName))}",
        ByHand = [GcloudLine.ByHand(GcloudArguments.Credentials(cloud.ProjectOf(cluster), cluster.Plan.Location, cluster.Plan.ClusterName))],
        Deadline = TimeSpan.FromMinutes(2),
    };

    public Step Reach(LabCluster cluster) => new()
    {
        Name = $"reach the API of {cluster.Name}",
        Settle = (progress, cancellation) => ClusterReadiness.WaitAsync(cluster, progress, cancellation),
        Deadline = TimeSpan.FromMinutes(3),
        Hint = "See that gke-gcloud-auth-plugin is installed (gcloud components install gke-gcloud-auth-plugin) and that the network reaches the cluster's address",
        ByHand = [$"export KUBECONFIG={kubeconfig.Path}", $"kubectl --context {cluster.Name} get --raw /readyz"],
    };

    public Step Delete(LabCluster cluster) => new()
    {
        Name = $"delete GKE cluster {cluster.Plan.ClusterName}",
        IsDone = async cancellation => await cloud.FindAsync(cluster, cancellation) is null,
        Act = (progress, cancellation) => DeleteAsync(cluster, progress, cancellation),
        Deadline = Longest,
        Hint = $"See: {GcloudLine.ByHand(GcloudArguments.Operations(cloud.ProjectOf(cluster), cluster.Plan.Location, cluster.Plan.ClusterName))}",
        ByHand = [GcloudLine.ByHand(GcloudArguments.DeleteCluster(cloud.ProjectOf(cluster), cluster.Plan.Location, cluster.Plan.ClusterName))],
    };

    private static bool IsUp(GkeCluster? cluster) => cluster is { Status: Running or "RECONCILING", Endpoint: not null };

    private async Task CreateAsync(LabCluster cluster, Progress progress, CancellationToken cancellation)
    {
        var found = await cloud.FindAsync(cluster, cancellation);
        if (found is { Status: "ERROR" or "STOPPING" })
        {
            // GKE does not mend a cluster whose making failed, and a name is free only once its cluster has gone.
            progress.Report($"{cluster.Plan.ClusterName} is {found.Status}{Reason(found)}; it is deleted and made anew");
            await DeleteAsync(cluster, progress, cancellation);
            found = null;
        }

        // PROVISIONING: a run that was cut off has asked for it already.
        if (found is null)
        {
            record.Update(known => known with { Since = known.Since ?? DateTimeOffset.UtcNow });
            var number = await cloud.FleetNumberAsync(cancellation);
            await cloud.Gcloud.MakeAsync(
                GcloudArguments.CreateCluster(cloud.Cloud, cloud.Plan.Name, cloud.ProjectOf(cluster), cluster.Plan, number), cancellation);
        }
    }

    private async Task<(bool Done, string Message)> ObserveAsync(LabCluster cluster, CancellationToken cancellation)
    {
        var found = await cloud.FindAsync(cluster, cancellation);
        return found switch
        {
            null => (false, $"{cluster.Plan.ClusterName} is not listed{await FailureAsync(cluster, null, cancellation)}"),
            { Status: "ERROR" } => throw new LabException(
                $"GKE could not make {cluster.Plan.ClusterName}{Reason(found)}{await FailureAsync(cluster, found.StatusMessage, cancellation)}",
                "Mend the cause and run the stage again (dotnet run --project Provisioner -- stage 9): the failed cluster is deleted and made anew"),
            _ => (IsUp(found), $"{cluster.Plan.ClusterName} is {found.Status}{Reason(found)}"),
        };
    }

    /// <summary>What a failed operation on the cluster says, unless the cluster has said it already.</summary>
    private async Task<string> FailureAsync(LabCluster cluster, string? said, CancellationToken cancellation)
    {
        var operations = await cloud.Gcloud.AskAsync(
            GcloudArguments.Operations(cloud.ProjectOf(cluster), cluster.Plan.Location, cluster.Plan.ClusterName), GcloudJson.Default.GkeOperationArray, cancellation);
        var reason = operations.Select(operation => operation.StatusMessage ?? operation.Error?.Message).LastOrDefault(message => !string.IsNullOrEmpty(message));
        return reason is null || said?.Contains(reason, StringComparison.Ordinal) == true ? "" : $"; its operation failed: {reason}";
    }

    private async Task DeleteAsync(LabCluster cluster, Progress progress, CancellationToken cancellation)
    {
        var found = await cloud.FindAsync(cluster, cancellation);
        if (found is { Status: not "STOPPING" })
        {
            await cloud.Gcloud.RemoveAsync(
                GcloudArguments.DeleteCluster(cloud.ProjectOf(cluster), cluster.Plan.Location, cluster.Plan.ClusterName), cancellation);
        }

        await Polling.UntilAsync(
            async token => await cloud.FindAsync(cluster, token) is { } left ? (false, $"{left.Name} is {left.Status}") : (true, ""), progress, cancellation);
    }

    private async Task CredentialsAsync(LabCluster cluster, CancellationToken cancellation)
    {
        await GkeCredentials.WriteAsync(
            cloud.Gcloud, environment, cloud.ProjectOf(cluster), cluster.Plan.Location, cluster.Plan.ClusterName, cluster.Plan.Kubeconfig, cancellation);
        kubeconfig.Write();
    }

    private static string Reason(GkeCluster cluster) => string.IsNullOrEmpty(cluster.StatusMessage) ? "" : $": {cluster.StatusMessage}";
}
