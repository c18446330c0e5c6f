using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using AppHost.Preparation;
using AppHost.Resources;
using Containers;
using Provisioner.Plan;
using ServiceDefaults;

namespace AppHost.K3s;

/// <summary>Takes each cluster's kubeconfig out of its container and writes it for this machine; again whenever the container has started.</summary>
internal sealed class KubeconfigDelivery(LabSetup lab, DistributedApplication application)
{
    private const string InsidePath = "/etc/rancher/k3s/k3s.yaml";

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, DateTime> _delivered = [];

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var change in application.ResourceNotifications.WatchAsync(cancellation))
            {
                if (change.Resource is K3sClusterResource { Plan: { } cluster } && change.Snapshot.State?.Text == KnownResourceStates.Running
                    && change.Snapshot.StartTimeStamp is { } started && _delivered.GetValueOrDefault(cluster.Name) != started)
                {
                    _delivered[cluster.Name] = started;
                    _ = DeliverAsync(cluster, cancellation);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The lab ends.
        }
    }

    private async Task DeliverAsync(ClusterPlan cluster, CancellationToken cancellation)
    {
        var engine = new ContainerEngine(lab.Plan.K3s!.Engine);
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                // The file is written once the API's certificates are made, in one go.
                var answer = await engine.TryRunAsync(["exec", cluster.K3s!.Server, "cat", InsidePath], cancellation);
                if (answer.Ok && ForThisMachine(answer.Output, cluster.ApiPort) is { } kubeconfig)
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(cluster.Kubeconfig)!);
                    PrivateFile.Write(cluster.Kubeconfig, Encoding.UTF8.GetBytes(kubeconfig));
                    return;
                }

                await Task.Delay(s_pause, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // The lab ends.
        }
    }

    /// <summary>The kubeconfig with the address that this machine reaches the API at; null while the file is not whole.</summary>
    internal static string? ForThisMachine(string kubeconfig, int port)
    {
        const string inside = "server: https://127.0.0.1:6443";
        return kubeconfig.Contains(inside, StringComparison.Ordinal) && kubeconfig.Contains("client-key-data:", StringComparison.Ordinal)
            ? kubeconfig.Replace(inside, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"server: https://127.0.0.1:{port}"), StringComparison.Ordinal)
            : null;
    }
}
