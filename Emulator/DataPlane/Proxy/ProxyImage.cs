using System.Text.Json.Nodes;
using Emulator.DataPlane.Tracing;
using Emulator.Mesh;
using Emulator.Network;
using Emulator.Nodes;
using Emulator.Telemetry;

namespace Emulator.DataPlane.Proxy;

/// <summary>The mesh proxy in place of Istio's <c>proxyv2</c> image: sidecars and gateways.</summary>
internal sealed class ProxyImage(IPodNetwork network, IMeshControlPlane control, PlainOutbound outside, PodTelemetry telemetry, TimeProvider time)
    : IContainerImage
{
    private const string ContainerName = "istio-proxy";

    private int started = -1;

    public bool Matches(string image, JsonObject container) =>
        image.Contains("proxyv2", StringComparison.Ordinal) || container["name"]?.GetValue<string>() == ContainerName;

    public Task<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellation)
    {
        if (context.Container["name"]?.GetValue<string>() is "istio-init" or "istio-validation")
        {
            return Task.FromResult<IRunningContainer>(new CompletedContainer());
        }

        var workload = ProxyWorkload.Of(context);
        var tracer = new ProxyTracer(telemetry, telemetry.Resource(context.Pod, context.Node));
        var state = new ProxyState(workload, context.Network, network, tracer, time, Interlocked.Increment(ref started));
        return Task.FromResult<IRunningContainer>(new ProxyContainer(state, control, outside, time, context));
    }

    /// <summary>The init container: capturing traffic needs no iptables here, so it is done at once.</summary>
    private sealed class CompletedContainer : IRunningContainer
    {
        public Task<int> Exited => Task.FromResult(0);

        public Task StopAsync(TimeSpan grace) => Task.CompletedTask;

        public ValueTask DisposeAsync() => default;
    }
}
