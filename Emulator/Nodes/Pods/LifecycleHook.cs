using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>What a container does when it has started or before it is asked to end: a pause, a request or a command.</summary>
internal static class LifecycleHook
{
    /// <summary>A start that hangs is not waited for any longer.</summary>
    public static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(2);

    /// <returns>What went wrong; null when nothing did.</returns>
    public static async Task<string?> RunAsync(JsonObject hook, ContainerRunner runner, IRunningContainer process, TimeSpan longest)
    {
        using var limit = new CancellationTokenSource(longest);
        try
        {
            if (hook["sleep"]?["seconds"].AsLong() is { } seconds)
            {
                await Task.Delay(TimeSpan.FromSeconds(seconds), limit.Token);
                return null;
            }

            if (hook["httpGet"] is null && hook["exec"] is null)
            {
                return null;
            }

            // Unlike a probe, a hook has all the time that is left.
            var handler = (JsonObject)hook.DeepClone();
            handler["timeoutSeconds"] = Math.Max(1, (int)longest.TotalSeconds);
            return await runner.AskAsync(handler, process, limit.Token);
        }
        catch (OperationCanceledException)
        {
            return $"it did not end within {longest.TotalSeconds:0} s";
        }
    }
}
