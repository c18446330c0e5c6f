using System.Text.RegularExpressions;
using AppHost.Preparation;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using ServiceDefaults;

namespace AppHost.Running;

/// <summary>Records the lab's processes, and reports one that ends while nobody asked it to.</summary>
internal sealed partial class ProcessWatch(LabSetup lab, DistributedApplication application, Func<IResource, int?, IReadOnlyList<string>, Task> ended)
{
    private readonly Dictionary<string, Owner> _processes = [];
    private readonly Dictionary<string, string?> _states = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in application.ResourceNotifications.WatchAsync(cancellationToken))
            {
                Record(change);
                await ReportAsync(change);
            }
        }
        catch (OperationCanceledException)
        {
            // The lab ends.
        }
    }

    private void Record(ResourceEvent change)
    {
        var name = change.Resource.Name;
        var pid = change.Snapshot.Properties.FirstOrDefault(p => p.Name == "executable.pid")?.Value;
        if (int.TryParse(pid?.ToString(), out var id) && _processes.GetValueOrDefault(name)?.ProcessId != id && Owner.StartTimeOf(id) is { } started)
        {
            _processes[name] = new Owner(id, started);
            ProcessRecord.Write(lab.Folder.Path, _processes);
        }
    }

    private async Task ReportAsync(ResourceEvent change)
    {
        var (name, state) = (change.Resource.Name, change.Snapshot.State?.Text);
        var before = _states.GetValueOrDefault(name);
        _states[name] = state;
        if (change.Resource is ExecutableResource or ContainerResource && state is not null && KnownResourceStates.TerminalStates.Contains(state)
            && (before == KnownResourceStates.Running || state == KnownResourceStates.FailedToStart && before != state))
        {
            await ended(change.Resource, change.Snapshot.ExitCode, await LastLinesAsync(change.ResourceId));
        }
    }

    private async Task<IReadOnlyList<string>> LastLinesAsync(string resourceId)
    {
        var lines = new List<string>();
        await foreach (var batch in application.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(resourceId))
        {
            lines.AddRange(batch.Select(line => line.Content));
        }

        return [.. lines.Where(line => !StackLine().IsMatch(line)).TakeLast(5)];
    }

    // The cause stands above the stack; before each line stands its time.
    [GeneratedRegex(@"^\S+\s+(at .+\)|--- End of .+ ---)")]
    private static partial Regex StackLine();
}
