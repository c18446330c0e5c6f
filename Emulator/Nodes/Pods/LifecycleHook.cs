using System.Text.Json.Nodes;
using Emulator.Network;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>A preStop hook: a pause, a request or a command before the container is asked to end.</summary>
internal static class LifecycleHook
{
    public static async Task RunAsync(JsonObject hook, JsonObject container, PodInterface pod, IRunningContainer process, TimeSpan grace)
    {
        using var limit = new CancellationTokenSource(grace);
        try
        {
            if (hook["sleep"]?["seconds"].AsLong() is { } seconds)
            {
                await Task.Delay(TimeSpan.FromSeconds(seconds), limit.Token);
            }
            else if (hook["httpGet"] is not null || hook["exec"] is not null)
            {
                await Prober.ProbeAsync(hook, container, pod, process, limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The grace period is over: the container is stopped all the same.
        }
    }
}
