using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Start, stop and restart, which every executable and container has without saying so.</summary>
internal static class LifecycleCommands
{
    public static void AddTo(IResource resource, IResourceRunner runner)
    {
        Add(resource, KnownResourceCommands.StartCommand, "Start", "Start resource", "Play", IconVariant.Filled, highlighted: true, StartState,
            runner.StartAsync, "started");
        Add(resource, KnownResourceCommands.StopCommand, "Stop", "Stop resource", "Stop", IconVariant.Filled, highlighted: true, StopState,
            runner.StopAsync, "stopped");
        Add(resource, KnownResourceCommands.RestartCommand, "Restart", "Stop and start resource", "ArrowCounterclockwise", IconVariant.Regular, highlighted: false,
            RestartState, () => RestartAsync(runner), "restarted");
    }

    private static void Add(
        IResource resource, string name, string title, string description, string icon, IconVariant variant, bool highlighted,
        Func<string?, ResourceCommandState> state, Func<Task> action, string done)
    {
        var options = new CommandOptions
        {
            Description = description,
            IconName = icon,
            IconVariant = variant,
            IsHighlighted = highlighted,
            UpdateState = context => state(context.ResourceSnapshot.State?.Text),
        };
        resource.Annotations.Add(new ResourceCommandAnnotation(name, title, ExecuteAsync, options));

        async Task<ExecuteCommandResult> ExecuteAsync(ExecuteCommandContext context)
        {
            await action();
            return CommandResults.Success($"Resource '{resource.Name}' {done}.");
        }
    }

    private static async Task RestartAsync(IResourceRunner runner)
    {
        await runner.StopAsync();
        await runner.StartAsync();
    }

    private static ResourceCommandState StartState(string? state) =>
        IsStopped(state) || state == KnownResourceStates.Waiting ? ResourceCommandState.Enabled
        : string.IsNullOrEmpty(state) || state == KnownResourceStates.Starting || state == KnownResourceStates.RuntimeUnhealthy ? ResourceCommandState.Disabled
        : ResourceCommandState.Hidden;

    private static ResourceCommandState StopState(string? state) =>
        state == KnownResourceStates.Stopping ? ResourceCommandState.Disabled
        : RestartState(state) == ResourceCommandState.Enabled ? ResourceCommandState.Enabled
        : ResourceCommandState.Hidden;

    private static ResourceCommandState RestartState(string? state) =>
        string.IsNullOrEmpty(state) || IsStopped(state) || state == KnownResourceStates.Starting || state == KnownResourceStates.Stopping
            || state == KnownResourceStates.Waiting || state == KnownResourceStates.RuntimeUnhealthy
            ? ResourceCommandState.Disabled
            : ResourceCommandState.Enabled;

    private static bool IsStopped(string? state) =>
        state is not null && (KnownResourceStates.TerminalStates.Contains(state) || state == KnownResourceStates.NotStarted || state == "Unknown");
}
