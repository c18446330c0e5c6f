using System.Net.Sockets;
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
        ConnectCallback = async (context, cancellation) =>
        {
            var target = context.DnsEndPoint;
            if (outbound is not null && target.Host is not ("localhost" or "127.0.0.1" or "::1"))
            {
                return await outbound.ConnectAsync(pod, target, cancellation);
            }

            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(target, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
