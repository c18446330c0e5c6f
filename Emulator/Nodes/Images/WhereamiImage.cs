using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Network;
using Emulator.Storage;
using Whereami;

namespace Emulator.Nodes;

/// <summary>Runs Google's whereami image as our whereami, in this process.</summary>
internal sealed class WhereamiImage(PlainOutbound outbound, TimeProvider time) : IContainerImage
{
    public bool Matches(string image, JsonObject container) => image.Contains("whereami", StringComparison.Ordinal);

    public Task<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellation)
    {
        WhereamiSettings settings;
        try
        {
            var name = context.Pod["spec"]?["hostname"].Text() ?? context.Pod.Name();
            settings = WhereamiSettings.FromEnvironment(context.Environment, name);
        }
        catch (FormatException e)
        {
            context.Log(e.Message);
            return Task.FromResult<IRunningContainer>(new EndedContainer(1));
        }

        var logger = new ContainerLogger(context.Log);
        var app = WhereamiApp.Create(settings, new PodOutbound(context.Network, outbound), logger, null, time, context.Metadata);
        context.Log($"whereami listens on {settings.Host}:{settings.Port}");
        return Task.FromResult<IRunningContainer>(new WhereamiContainer(app, context.Network, settings.Port));
    }
}
