using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Discovery;

/// <summary>Stands for istiod's image (<c>…/pilot:VERSION</c>).</summary>
internal sealed class PilotImage(Registry registry, MeshControlPlane plane, EventRecorder events, TimeProvider time) : IContainerImage
{
    public bool Matches(string image, JsonObject container) =>
        image.Split('/')[^1].Split(':', '@')[0] == "pilot";

    public Task<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellation)
    {
        var options = PilotOptions.From(
            context.Environment, context.Container["image"].Text() ?? "", context.Network.Name, context.Network.Namespace);
        var pilot = new Pilot(options, registry, plane, events, time, context.Log);
        return Task.FromResult<IRunningContainer>(new PilotContainer(pilot, context));
    }
}
