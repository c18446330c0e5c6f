using Emulator.DataPlane.Authorization.External;
using Emulator.DataPlane.Identity;
using Emulator.DataPlane.Logging;
using Emulator.DataPlane.Metrics;
using Emulator.DataPlane.Outbound;
using Emulator.Mesh;
using Emulator.Network;
using Emulator.Nodes;
using Emulator.Nodes.Samples;

namespace Emulator.DataPlane.Proxy;

/// <summary>A running proxy: follows istiod's snapshots and keeps its certificate fresh.</summary>
internal sealed class ProxyContainer : IRunningContainer
{
    private static readonly TimeSpan RetryTime = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SweepTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MinimumDrain = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource ending = new();
    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ProxyState state;
    private readonly IMeshControlPlane control;
    private readonly TimeProvider time;
    private readonly Action<string> log;
    private readonly Action readinessChanged;
    private readonly ProxyAdmin admin;
    private readonly ITimer sweeping;
    private readonly SidecarInbound? sidecar;
    private readonly GatewayInbound? gateway;
    private readonly AuthorizerClients authorizers;

    public ProxyContainer(ProxyState state, IMeshControlPlane control, PlainOutbound outside, TimeProvider time, ContainerContext context)
    {
        this.state = state;
        this.control = control;
        this.time = time;
        log = context.Log;
        state.Log = log;
        readinessChanged = context.ReadinessChanged;
        admin = new ProxyAdmin(state, DescribeRoutes);
        var outbound = new MeshOutbound(state, outside.For(state.Pod));
        authorizers = new AuthorizerClients(outbound);
        if (state.Workload.IsGateway)
        {
            gateway = new GatewayInbound(state, admin, authorizers);
        }
        else
        {
            sidecar = new SidecarInbound(state, admin, authorizers);
            (state.Pod.Outbound, state.Pod.OutboundStreams, state.Pod.CarriesStreams) = (outbound, outbound.ConnectAsync, outbound.CarriesStreams);
        }

        // From the first moment on, as iptables redirects before Envoy listens: until it is ready, the proxy refuses.
        state.Pod.Inbound = gateway is null ? sidecar : gateway;
        sweeping = time.CreateTimer(_ => state.Upstreams.Sweep(), null, SweepTime, SweepTime);
        _ = FollowSnapshotsAsync();
        _ = KeepCertificateAsync();
    }

    public Task<int> Exited => exited.Task;

    public RequestMeter Work => state.Pod.ProxyWork;

    public RequestDelegate? AdminPort(int port) => admin.Port(port);

    public Task<ICommandStreams>? ExecuteAsync(IReadOnlyList<string> command, bool hasTerminal) =>
        command is ["pilot-agent", "request", ("GET" or "POST") and var method, var path]
            ? Task.FromResult<ICommandStreams>(new ProgramStreams((write, _) => admin.PrintAsync(method, path, write)))
            : null;

    public async Task StopAsync(TimeSpan grace)
    {
        log("draining: readiness is off, requests in flight go on");
        state.IsLeaving = true;
        var until = time.GetTimestamp() + (long)(grace.TotalSeconds * time.TimestampFrequency);
        var drained = time.GetTimestamp() + (long)(MinimumDrain.TotalSeconds * time.TimestampFrequency);
        while (time.GetTimestamp() < until && (state.InFlight > 0 || time.GetTimestamp() < drained))
        {
            await Task.Delay(20);
        }

        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (exited.TrySetResult(0))
        {
            state.IsDraining = true;
            await ending.CancelAsync();
            await sweeping.DisposeAsync();
            authorizers.Dispose();
            state.Dispose();
        }
    }

    private async Task FollowSnapshotsAsync()
    {
        var version = long.MinValue;
        while (!ending.IsCancellationRequested)
        {
            try
            {
                var snapshot = await control.NewerThanAsync(version, ending.Token);
                version = snapshot.Version;
                sidecar?.Update(snapshot);
                gateway?.Update(snapshot);
                state.Tracer.Percent = TelemetrySettings.TracingPercent(snapshot, state.Workload);
                state.Tracer.Tags = TelemetrySettings.TracingTags(snapshot, state.Workload);
                state.ClientLog = TelemetrySettings.Log(snapshot, state.Workload, item => item.ClientLog, log);
                state.ServerLog = TelemetrySettings.Log(snapshot, state.Workload, item => item.ServerLog, log);
                state.Statistics.Rules = MetricRules.For(snapshot, state.Workload);
                var isFirst = state.Snapshot is null;
                state.Snapshot = snapshot;
                if (isFirst)
                {
                    log($"received configuration from istiod: snapshot {version}");
                    readinessChanged();
                }
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The last snapshot that worked stays in force.
                log($"error: snapshot {version} cannot be used: {e.Message}");
                await Task.Delay(RetryTime, time);
            }
        }
    }

    private async Task KeepCertificateAsync()
    {
        var complained = false;
        while (!ending.IsCancellationRequested)
        {
            var wait = RetryTime;
            try
            {
                var identity = control.Issue(state.Workload.Namespace, state.Workload.ServiceAccount);
                state.Tls = new WorkloadTls(identity);
                readinessChanged();
                log($"certificate for {identity.Id}, valid until {identity.NotAfter:u}");
                complained = false;

                // Long before the end, so that an istiod that is away for a while does no harm.
                wait = Max((identity.NotAfter - time.GetUtcNow()) / 2, RetryTime);
            }
            catch (Exception e)
            {
                // Whatever it was: the certificate in force has to be followed by another one.
                if (!complained && !ending.IsCancellationRequested)
                {
                    log($"warning: no certificate from istiod: {e.Message}");
                    complained = true;
                }
            }

            await Task.Delay(Min(wait, TimeSpan.FromDays(1)), time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private string DescribeRoutes() => gateway is null ? "" : string.Concat(gateway.Table.Listeners.Select(listener =>
        $"listener {listener.Key} (server port {listener.Value.Port}): hosts {string.Join(", ", listener.Value.Hosts.Routes.Keys)}\n"));

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
