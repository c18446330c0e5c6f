using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Runs one executable resource as a process.</summary>
internal sealed class ExecutableRunner(
    ExecutableResource resource, ResourceNotificationService notifications, ResourceConsole console, ProcessGuard guard) : IResourceRunner
{
    /// <summary>How long a process may take to end by itself after SIGTERM.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private volatile ChildProcess? _process;
    private volatile bool _ending;
    private string[] _setByModel = [];

    public async Task StartAsync()
    {
        await _oneAtATime.WaitAsync();
        try
        {
            if (!_ending && _process is null or { HasExited: true })
            {
                await LaunchAsync();
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public async Task StopAsync()
    {
        await _oneAtATime.WaitAsync();
        try
        {
            if (_process is { HasExited: false } process)
            {
                await notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Stopping });
                await process.EndAsync(Grace);
                await PublishEndAsync(process);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public Task EndAsync()
    {
        _ending = true;
        return StopAsync();
    }

    private async Task LaunchAsync()
    {
        var start = Describe();
        var process = new ChildProcess(start, console.Write);
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            console.Write($"'{resource.Command}' could not be started in '{resource.WorkingDirectory}': {e.Message}", isError: true);
            await notifications.PublishUpdateAsync(
                resource, s => s with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error), StopTimeStamp = DateTime.UtcNow });
            return;
        }

        _process = process;
        _ = process.Exited.ContinueWith(_ => PublishEndAsync(process), TaskScheduler.Default);
        _ = Task.Run(() => guard.Watch(process));
        await notifications.PublishUpdateAsync(resource, s => s with
        {
            State = KnownResourceStates.Running,
            StartTimeStamp = DateTime.UtcNow,
            StopTimeStamp = null,
            ExitCode = null,
            Properties = Properties(s.Properties, start, process.Id),
            EnvironmentVariables = [.. _setByModel.Select(name => new EnvironmentVariableSnapshot(name, start.Environment[name], IsFromSpec: true))],
        });
    }

    private Task PublishEndAsync(ChildProcess process) => notifications.PublishUpdateAsync(resource, s =>
        _process != process || s.StopTimeStamp is not null
            ? s
            : s with { State = KnownResourceStates.Finished, StopTimeStamp = DateTime.UtcNow, ExitCode = process.ExitCode });

    private ProcessStartInfo Describe()
    {
        var start = new ProcessStartInfo(resource.Command) { WorkingDirectory = resource.WorkingDirectory };
        var arguments = new CommandLineArgsCallbackContext([]);
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            annotation.Callback(arguments);
        }

        foreach (var argument in arguments.Args)
        {
            start.ArgumentList.Add(argument.ToString() ?? "");
        }

        var environment = new EnvironmentCallbackContext(resource);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            annotation.Callback(environment);
        }

        foreach (var (name, value) in environment.EnvironmentVariables)
        {
            start.Environment[name] = value.ToString();
        }

        _setByModel = [.. environment.EnvironmentVariables.Keys];
        return start;
    }

    private static ImmutableArray<ResourcePropertySnapshot> Properties(
        ImmutableArray<ResourcePropertySnapshot> old, ProcessStartInfo start, int id) =>
    [
        .. old.Where(p => !p.Name.StartsWith("executable.", StringComparison.Ordinal)),
        new("executable.path", start.FileName),
        new("executable.workDir", start.WorkingDirectory),
        new("executable.args", start.ArgumentList.ToImmutableArray()) { IsSensitive = true },
        new("executable.pid", id),
    ];
}
