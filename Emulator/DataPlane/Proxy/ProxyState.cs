using System.Globalization;
using Emulator.DataPlane.Authorization;
using Emulator.DataPlane.Identity;
using Emulator.DataPlane.Logging;
using Emulator.DataPlane.Metrics;
using Emulator.DataPlane.Tracing;
using Emulator.DataPlane.Upstream;
using Emulator.Mesh;
using Emulator.Network;

namespace Emulator.DataPlane.Proxy;

/// <summary>What the parts of one proxy share: its workload, its certificate, the newest snapshot.</summary>
internal sealed class ProxyState : IDisposable
{
    private volatile WorkloadTls? tls;
    private volatile MeshSnapshot? snapshot;
    private volatile AccessLog? clientLog;
    private volatile AccessLog? serverLog;
    private volatile bool isDraining;
    private volatile bool isLeaving;
    private int inFlight;

    /// <param name="ordinal">How many proxies the cluster had started before this one.</param>
    public ProxyState(ProxyWorkload workload, PodInterface pod, IPodNetwork network, ProxyTracer tracer, TimeProvider time, int ordinal)
    {
        Time = time;
        Workload = workload;
        Pod = pod;
        Network = network;
        Tracer = tracer;
        Statistics = new ProxyStatistics();
        var context = new UpstreamContext(network, workload.Address, () => tls ?? throw new InvalidOperationException("the proxy has no certificate yet"));
        Upstreams = new UpstreamRegistry(context, workload, ordinal);
    }

    public ProxyWorkload Workload { get; }

    public PodInterface Pod { get; }

    public IPodNetwork Network { get; }

    public ProxyTracer Tracer { get; }

    public ProxyStatistics Statistics { get; }

    public UpstreamRegistry Upstreams { get; }

    public TimeProvider Time { get; }

    /// <summary>The log of what the pod sends, and of a gateway; null while it is off.</summary>
    public AccessLog? ClientLog
    {
        get => clientLog;
        set => clientLog = value;
    }

    /// <summary>The log of what the pod is sent; null while it is off.</summary>
    public AccessLog? ServerLog
    {
        get => serverLog;
        set => serverLog = value;
    }

    public WorkloadTls? Tls
    {
        get => tls;
        set => tls = value;
    }

    public MeshSnapshot? Snapshot
    {
        get => snapshot;
        set => snapshot = value;
    }

    /// <summary>Its metrics in Prometheus' text format.</summary>
    public string Metrics() => Statistics.Render(new RequestLabels(snapshot, Workload, tls?.Identity.Id));

    /// <summary>Takes lines of the proxy's own log.</summary>
    public Action<string> Log { get; set; } = static _ => { };

    /// <summary>Notes what policies would have done that are tried out only, as Envoy does with its log of rbac at debug.</summary>
    public void Report(ShadowVerdict verdict)
    {
        Statistics.CountTried(verdict);
        Log(string.Create(CultureInfo.InvariantCulture, $"{Time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.ffffffZ}\tdebug\tenvoy rbac\t{verdict}"));
    }

    /// <summary>Ready like istio-agent: it has configuration and a certificate, and is not ending.</summary>
    public bool IsReady => tls is not null && snapshot is not null && !isDraining;

    public bool IsDraining
    {
        get => isDraining;
        set => isDraining = value;
    }

    /// <summary>Whether it is about to end: it still serves, and asks its clients to go elsewhere with what comes next.</summary>
    public bool IsLeaving
    {
        get => isLeaving;
        set => isLeaving = value;
    }

    public int InFlight => Volatile.Read(ref inFlight);

    public void Begin() => Interlocked.Increment(ref inFlight);

    public void End() => Interlocked.Decrement(ref inFlight);

    public void Dispose() => Upstreams.Dispose();
}
