using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Mesh.Certificates;
using Emulator.Mesh.Conversion;
using Emulator.Mesh.Diagnostics;
using Emulator.Mesh.GatewayApi;
using Emulator.Mesh.Remote;
using Emulator.Storage;

namespace Emulator.Mesh.Discovery;

/// <summary>One running istiod: keeps the mesh's snapshot equal to what the cluster's objects ask for.</summary>
internal sealed class Pilot(
    PilotOptions options, Registry registry, MeshControlPlane plane, EventRecorder events, TimeProvider time, HttpMessageHandler network, Action<string> log)
{
    // Changes come in bursts (a rollout, a kubectl apply): one snapshot for all of a burst.
    private static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(10);

    // While peers are waited for, time alone may settle them.
    private static readonly TimeSpan PeerPause = TimeSpan.FromMilliseconds(200);

    private readonly PilotInputs inputs = new(registry.Store, options);
    private readonly FindingReporter reporter = new(events, time, line => log(Stamp(time, line)));
    private readonly SemaphoreSlim dirty = new(1, 1);
    private readonly long startedAt = time.GetTimestamp();
    private volatile MeshSnapshot? snapshot;
    private volatile bool isReconciled;
    private RemoteClusters? remotes;
    private DnsNames? dns;
    private KeySets? keys;
    private volatile IReadOnlyList<Finding> findings = [];

    public PilotOptions Options => options;

    /// <summary>What this istiod serves, null until the first snapshot is made.</summary>
    public MeshSnapshot? Snapshot => snapshot;

    public bool Ready => snapshot is not null;

    public IEnumerable<RemoteCluster> Remotes => remotes?.All ?? [];

    /// <summary>What is wrong with the mesh's configuration now.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>Istio's resources that the snapshot was made of; null before the first one.</summary>
    public IReadOnlyList<JsonObject>? Configuration { get; private set; }

    /// <summary>How many snapshots this istiod has made.</summary>
    public long Published { get; private set; }

    /// <summary>The pods that have a proxy, as <c>name.namespace</c>.</summary>
    public IEnumerable<string> Proxies() => registry.Store.List(KnownTypes.Pods).Items
        .Where(pod => pod.Node.Annotation("sidecar.istio.io/status") is not null)
        .Select(pod => $"{pod.Key.Name}.{pod.Key.Namespace}");

    /// <exception cref="InvalidOperationException">istiod cannot run; the message says why.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var settings = inputs.Settings([]);
        var authority = MeshAuthoritySecrets.Load(registry, options.Namespace, settings.TrustDomain, time, Log);
        var running = new RunningPilot(options.Pod, options.Revision, options.Cluster, settings.TrustDomain, options.ProxyImage, authority);
        using var membership = plane.Join(running);
        plane.Left += Changed;
        Log($"info\tcluster {options.Cluster}, revision {options.Revision}, trust domain {settings.TrustDomain}");
        await using var connections = remotes = new RemoteClusters(registry.Store, options, events, time, Changed, Log);
        dns = new DnsNames(Changed, time);
        keys = new KeySets(network, Changed, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var rootCertificates = new RootCertificates(registry, authority.RootPem);
        var gatewayApi = new GatewayApiReconciler(registry, running, time, Log);
        Task[] loops =
        [
            WatchAsync(rootCertificates, ending.Token), PublishAsync(running, gatewayApi, ending.Token), reporter.RunAsync(ending.Token), dns.RunAsync(ending.Token),
            gatewayApi.RunAsync(ending.Token), keys.RunAsync(ending.Token),
        ];
        // None of them ends by itself: if one fails, istiod fails.
        var first = await Task.WhenAny(loops);
        plane.Left -= Changed;
        await ending.CancelAsync();
        await Task.WhenAll(loops).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await first;
    }

    private async Task WatchAsync(RootCertificates rootCertificates, CancellationToken cancellation)
    {
        while (true)
        {
            var (objects, watch) = registry.Store.ListAndWatchAll();
            using (watch)
            {
                rootCertificates.PublishAll(objects);
                remotes!.Reconcile();
                isReconciled = true;
                Changed();
                await foreach (var change in watch.Reader.ReadAllAsync(cancellation))
                {
                    rootCertificates.React(change);
                    if (IsRemoteSecret(change))
                    {
                        remotes.Reconcile();
                    }
                    else if (PilotTriggers.Matters(change))
                    {
                        Changed();
                    }
                }
            }
        }
    }

    /// <summary>
    /// Whether the first snapshot would lack nothing that other clusters have: proxies that outlived an earlier istiod would lose the endpoints there. As in Istio,
    /// which is not ready before (PILOT_REMOTE_CLUSTER_TIMEOUT).
    /// </summary>
    private bool HasHeardFromPeers => isReconciled && Remotes.All(remote => remote.IsSettled);

    private async Task PublishAsync(RunningPilot running, GatewayApiReconciler gatewayApi, CancellationToken cancellation)
    {
        while (true)
        {
            await dirty.WaitAsync(Ready ? Timeout.InfiniteTimeSpan : PeerPause, cancellation);
            if (!Ready && !HasHeardFromPeers)
            {
                continue;
            }

            if (Ready)
            {
                await Task.Delay(Debounce, time, cancellation);
                dirty.Wait(0, cancellation);
            }

            try
            {
                var found = new List<Finding>();
                var read = inputs.Read(Remotes, found) with { Addresses = dns!.Current, KeySets = keys!.Current };
                keys.Want(RequestAuthenticationConversion.AddressesToFetch(read.RequestAuthentications));
                dns.Want(ServiceEntryConversion.NamesToResolve(read.ServiceEntries));
                var built = SnapshotBuilder.Build(read, found, out var plan);
                // Several istiod pods agree; the oldest one speaks for all.
                snapshot = plane.Leader == running ? plane.Publish(built) : built;
                if (Published == 0)
                {
                    Log($"info\tready: {built.Services.Count} services, {time.GetElapsedTime(startedAt).TotalMilliseconds:0} ms after the start");
                }

                Configuration = read.Configuration;
                findings = found;
                reporter.Update(plane.Leader == running ? found : []);
                if (plane.Leader == running)
                {
                    gatewayApi.Update(plan);
                }

                Published++;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The last snapshot stays in force, as with a push that Envoy rejects.
                Log($"error\tno snapshot could be made: {e}");
            }
        }
    }

    private bool IsRemoteSecret(StoreEvent change) =>
        change.Object.Key.Type == KnownTypes.Secrets && change.Object.Key.Namespace == options.Namespace
        && (change.Object.Node.Label(RemoteClusters.Label) is not null || change.Previous?.Node.Label(RemoteClusters.Label) is not null);

    private void Changed()
    {
        try
        {
            dirty.Release();
        }
        catch (SemaphoreFullException)
        {
            // A snapshot is due already.
        }
    }

    private void Log(string line) => log(Stamp(time, line));

    private static string Stamp(TimeProvider time, string line) => $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.ffffffZ}\t{line}";
}
