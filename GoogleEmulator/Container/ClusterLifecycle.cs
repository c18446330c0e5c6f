using System.Text.Json.Nodes;
using GoogleEmulator.Clusters;
using GoogleEmulator.Compute;
using GoogleEmulator.Fleets;
using GoogleEmulator.Shell;
using Provisioner.Kubernetes;
using ServiceDefaults;

namespace GoogleEmulator.Container;

/// <summary>Starts and ends the processes of clusters.</summary>
internal sealed class ClusterLifecycle(
    EmulatorOptions options, EmulatorFolder folder, ClusterTable clusters, Registration registration, ClusterLeftovers leftovers, IPrograms programs, ILogger<ClusterLifecycle> logger) : IAsyncDisposable
{
    public async Task CreateAsync(Cluster cluster, string baseUrl, CancellationToken cancellation)
    {
        var state = folder.Cluster(cluster.Plan.Id[..12]);
        PrivateFile.CreateDirectory(state);
        var process = new EmbeddedCluster(cluster.Plan.ShortName, state, Arguments(cluster.Plan), programs);
        cluster.Process = process;
        await process.ReadyAsync(cancellation);
        var entry = YamlDocuments.ParseAny(YamlDocuments.ReadText(process.Kubeconfig), process.Kubeconfig)!["clusters"]![0]!["cluster"]!;
        cluster.CertificateAuthority = entry["certificate-authority-data"]!.ToString();
        cluster.Endpoint = new Uri(entry["server"]!.ToString()).Authority;
        cluster.Set(ClusterStatus.Running);
        _ = WatchAsync(cluster, process);
        if ((cluster.Plan.Request["fleet"] as JsonObject)?["project"]?.ToString() is { Length: > 0 } fleet)
        {
            registration.Add(cluster, fleet, baseUrl);
        }

        clusters.Touch();
    }

    public async Task DeleteAsync(Cluster cluster, CancellationToken cancellation)
    {
        await leftovers.KeepAsync(cluster, cancellation);
        if (cluster.Process is { } process)
        {
            await process.DisposeAsync();
        }

        clusters.Remove(cluster);
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(clusters.All.Select(async cluster =>
    {
        cluster.Set(ClusterStatus.Stopping);
        if (cluster.Process is { } process)
        {
            await process.DisposeAsync();
        }
    }));

    // A control plane that ends by itself is an unhealthy cluster, not a healthy one that does not answer.
    private async Task WatchAsync(Cluster cluster, EmbeddedCluster process)
    {
        await process.Exit;
        if (cluster.Status is ClusterStatus.Running or ClusterStatus.Reconciling)
        {
            cluster.Set(ClusterStatus.Error, "The control plane ended unexpectedly.");
            logger.LogError("{Cluster}: {Fault}", cluster.Path, cluster.Fault);
            clusters.Touch();
        }
    }

    private List<string> Arguments(ClusterPlan plan)
    {
        List<string> arguments =
        [
            "--cluster-name", plan.Name,
            "--project", plan.Project,
            "--location", Locations.NodeZones(plan.Location)[0],
            "--pod-cidr", plan.PodCidr,
            "--service-cidr", plan.ServiceCidr,
            "--nodes", $"{plan.Nodes}",
            "--token-auth-file", folder.TokenAuthFile,
        ];
        if (options.LoadBalancerBase is { } first)
        {
            var parts = first.Split('.');
            parts[2] = $"{int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture) + (10 * plan.Index)}";
            arguments.AddRange(["--load-balancer-base", string.Join('.', parts)]);
        }

        return arguments;
    }
}
