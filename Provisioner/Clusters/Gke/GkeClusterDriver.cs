using Provisioner.Stages;
using Provisioner.Tools.Gcloud;

namespace Provisioner.Clusters.Gke;

/// <summary>GKE clusters, made by gcloud; the path between their pods is a firewall rule.</summary>
internal sealed class GkeClusterDriver(CloudLab cloud, GkeClusterSteps steps, CloudFirewall firewall, CloudPreflight preflight) : IClusterDriver
{
    public async Task<IReadOnlyList<Problem>> PreflightAsync(CancellationToken cancellation)
    {
        var proposal = await preflight.LookAsync(cancellation);
        if (proposal.Problems.Count == 0)
        {
            await preflight.EnableServicesAsync(proposal, cancellation);
        }

        return proposal.Problems;
    }

    public IReadOnlyList<Step> Create(LabCluster cluster) => [steps.Create(cluster), steps.Credentials(cluster), steps.Reach(cluster)];

    public IReadOnlyList<Step> Remove(LabCluster cluster) => [steps.Delete(cluster)];

    public Step OpenPath(LabCluster from, LabCluster to) => new()
    {
        Name = $"let pods of {from.Name} into {to.Name} by the firewall rule {cloud.FirewallName}",
        IsDone = firewall.IsOpenAsync,
        Act = (_, cancellation) => firewall.OpenAsync(cancellation),
        Deadline = TimeSpan.FromMinutes(3),
        Hint = $"See: gcloud compute firewall-rules describe {cloud.FirewallName} --project={cloud.ProjectOf(to)}",
        ByHand =
        [
            GcloudLine.ByHand(GcloudArguments.CreateFirewall(
                cloud.ProjectOf(to), cloud.FirewallName, LabLabel.Description(cloud.Plan.Name), cloud.Cloud.Network, ["$ALL_CLUSTER_CIDRS"], ["$ALL_CLUSTER_NETTAGS"]))
                .Replace("'", "\"", StringComparison.Ordinal),
        ],
    };

    public Step ClosePath(LabCluster from, LabCluster to) => new()
    {
        Name = $"keep pods of {from.Name} out of {to.Name}",
        Act = (_, cancellation) => firewall.CloseAsync(cancellation),
        Deadline = TimeSpan.FromMinutes(3),
        Hint = $"See: gcloud compute firewall-rules list --project={cloud.ProjectOf(to)}",
        ByHand = [GcloudLine.ByHand(GcloudArguments.DeleteFirewall(cloud.ProjectOf(to), cloud.FirewallName))],
    };

    public Task<bool> IsPathOpenAsync(LabCluster from, LabCluster to, CancellationToken cancellation) => firewall.IsOpenAsync(cancellation);

    public string PathName(LabCluster from, LabCluster to) => $"no firewall rule {cloud.FirewallName} for the ranges and tags of the lab's clusters";

    public string ApiServerForPeers(LabCluster cluster) => cluster.Api.Configuration.Host.TrimEnd('/');
}
