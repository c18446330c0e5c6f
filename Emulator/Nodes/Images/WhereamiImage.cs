using System.Text.Json.Nodes;
using Emulator.Network;
using Emulator.Storage;
using Emulator.Telemetry;
using Whereami;

namespace Emulator.Nodes;

/// <summary>Runs Google's whereami image as our whereami, in this process.</summary>
internal sealed class WhereamiImage(PlainOutbound outbound, PodTelemetry telemetry, TimeProvider time) : IContainerImage
{
    public bool Matches(string image, JsonObject container) => image.Contains("whereami", StringComparison.Ordinal);

    public Task<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellation)
    {
        WhereamiSettings settings;
        try
        {
            var name = context.Pod["spec"]?["hostname"].Text() ?? context.Pod.Name();
            settings = WhereamiSettings.FromEnvironment(context.Environment, name) with
            {
                NamesInstance = WhereamiVersion.NamesInstance(context.Container["image"].Text() ?? ""),
            };
        }
        catch (FormatException e)
        {
            context.Log(e.Message);
            return Task.FromResult<IRunningContainer>(new EndedContainer(1));
        }

        var logger = new ContainerLogger(context.Log);
        var source = telemetry.IsEnabled ? telemetry.CreateSource(context.Pod, context.Node, "whereami") : null;
        var app = WhereamiApp.Create(settings, new PodOutbound(context.Network, outbound), logger, source, time, context.Metadata);
        context.Log($"whereami listens on {settings.Host}:{settings.Port}");
        return Task.FromResult<IRunningContainer>(new WhereamiContainer(app, source, context.Network, settings.Port));
    }
}
