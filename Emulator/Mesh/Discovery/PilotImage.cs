using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Network;
using Emulator.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Discovery;

/// <summary>Stands for istiod's image (<c>…/pilot:VERSION</c>).</summary>
internal sealed class PilotImage(Registry registry, MeshControlPlane plane, EventRecorder events, TimeProvider time, PlainOutbound? outbound = null) : IContainerImage
{
    public bool Matches(string image, JsonObject container) =>
        image.Split('/')[^1].Split(':', '@')[0] == "pilot";

    public Task<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellation)
    {
        var options = PilotOptions.From(
            context.Environment, context.Container["image"].Text() ?? "", context.Network.Name, context.Network.Namespace);
        var pilot = new Pilot(options, registry, plane, events, time, Network(context.Network), context.Log);
        return Task.FromResult<IRunningContainer>(new PilotContainer(pilot, context));
    }

    /// <summary>How istiod reaches servers: those of the cluster by their names, those of this machine by its loopback address.</summary>
    private SocketsHttpHandler Network(PodInterface pod) => new()
    {
        UseProxy = false,
        ConnectCallback = (context, cancellation) => outbound is null || context.DnsEndPoint.Host is "localhost" or "127.0.0.1" or "::1"
            ? PlainOutbound.ConnectOutsideAsync(context.DnsEndPoint, cancellation)
            : outbound.ConnectAsync(pod, context.DnsEndPoint, cancellation),
    };
}
