using Emulator.Mesh.Diagnostics;
using Emulator.Nodes;

namespace Emulator.Mesh.Discovery;

/// <summary>A container that runs istiod in this process.</summary>
internal sealed class PilotContainer : IRunningContainer
{
    private readonly CancellationTokenSource stopping = new();
    private readonly ContainerContext context;
    private readonly Task<int> exited;

    public PilotContainer(Pilot pilot, ContainerContext context)
    {
        this.context = context;
        foreach (var port in PilotEndpoints.Ports)
        {
            var number = port;
            context.Network.Ports[number] = http => PilotEndpoints.HandleAsync(pilot, number, http);
        }

        exited = Task.Run(() => RunAsync(pilot));
    }

    public Task<int> Exited => exited;

    public async Task StopAsync(TimeSpan grace)
    {
        await stopping.CancelAsync();
        await Task.WhenAny(exited, Task.Delay(grace));
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await exited;
    }

    private async Task<int> RunAsync(Pilot pilot)
    {
        try
        {
            await pilot.RunAsync(stopping.Token);
            return 0;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (Exception e)
        {
            context.Log($"fatal\tistiod stops: {e.Message}");
            return 1;
        }
        finally
        {
            foreach (var port in PilotEndpoints.Ports)
            {
                context.Network.Ports.TryRemove(port, out _);
            }
        }
    }
}
