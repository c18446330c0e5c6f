using System.Buffers.Binary;
using Provisioner.Clusters;
using Provisioner.Kubernetes;
using ServiceDefaults;

namespace Provisioner.Telemetry;

/// <summary>Fetches what the clusters' relays have collected, names where it came from, and hands it to the dashboard.</summary>
internal sealed class RelayDrain(Lab lab, ILogger<RelayDrain> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (lab.Plan.Cloud is { RelayImage: null })
        {
            return;
        }

        if (OtlpSettings.FromEnvironment() is not { } settings)
        {
            log.LogInformation("the lab runs without a dashboard: the clusters' spans stay in their relays, which keep the newest 16 MiB");
            return;
        }

        using var dashboard = new OtlpForwarder(settings);
        await Task.WhenAll(lab.Clusters.Select(cluster => DrainAsync(cluster, dashboard, stoppingToken)));
    }

    private async Task DrainAsync(LabCluster cluster, OtlpForwarder dashboard, CancellationToken cancellation)
    {
        await Task.Yield();
        var trouble = "";
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (cluster.IsKnown && await RelayPodAsync(cluster, cancellation) is { } pod)
                {
                    log.LogInformation("collecting spans of {Cluster} from {Pod}", cluster.Name, pod);
                    using var tunnel = new PodTunnel(cluster.Api, RelayObjects.Namespace, pod, RelayObjects.DrainPort);
                    while (true)
                    {
                        await ForwardAsync(cluster, await tunnel.GetBytesAsync("/drain", cancellation), dashboard, cancellation);
                        trouble = "";
                    }
                }
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                if (e.Message != trouble)
                {
                    trouble = e.Message;
                    log.LogWarning("spans of {Cluster} are not collected: {Reason}. It is tried again every {Pause} s", cluster.Name, e.Message, Pause.TotalSeconds);
                }
            }

            await Task.Delay(Pause, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal static async Task ForwardAsync(LabCluster cluster, byte[] drained, OtlpForwarder dashboard, CancellationToken cancellation)
    {
        foreach (var (signal, body) in Split(drained))
        {
            await dashboard.SendAsync(signal, ResourceRewrite.Apply(body, (service, node) => ClusterAttributes.For(cluster.Plan, service, node)), cancellation);
        }
    }

    /// <summary>Takes apart what a relay hands out: a byte of signal, four of length, and a request, again and again.</summary>
    internal static IEnumerable<(char Signal, byte[] Body)> Split(byte[] drained)
    {
        for (var at = 0; at < drained.Length;)
        {
            var length = drained.Length - at < 5 ? -1 : BinaryPrimitives.ReadInt32BigEndian(drained.AsSpan(at + 1));
            if (length < 0 || length > drained.Length - at - 5)
            {
                throw new InvalidDataException("what the relay sent was cut short");
            }

            yield return ((char)drained[at], drained.AsSpan(at + 5, length).ToArray());
            at += 5 + length;
        }
    }

    private static async Task<string?> RelayPodAsync(LabCluster cluster, CancellationToken cancellation)
    {
        var pods = await cluster.Api.ListAsync(KubeResource.Pods, RelayObjects.Namespace, $"labelSelector=app%3D{RelayObjects.Name}", cancellation);
        return pods["items"].Objects().FirstOrDefault(pod => !pod.IsBeingDeleted() && pod.IsTrue("Ready"))?.Name();
    }
}
