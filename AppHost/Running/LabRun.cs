using System.Globalization;
using AppHost.K3s;
using AppHost.Preparation;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Provisioner.Api;
using Provisioner.State;
using ServiceDefaults;

namespace AppHost.Running;

/// <summary>One run of the lab: tells its user how it goes, and ends it when it should end.</summary>
internal sealed class LabRun(LabSetup lab, LabControl control, IReadOnlyList<IResource> resources)
{
    /// <summary>More often than this in one run no process is started again: it would only end again.</summary>
    private const int MostRestarts = 3;

    /// <summary>The exit code of a process that SIGINT has ended.</summary>
    private const int Interrupted = 130;

    private readonly HashSet<string> _told = [];
    private readonly Dictionary<string, int> _restarts = [];
    private DistributedApplication? _application;
    private bool _ready;
    private int _exitCode;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(DistributedApplication application)
    {
        _application = application;
        ParentWatch.Start(Stop);
        using var ending = new CancellationTokenSource();
        Task[] background =
        [
            Task.Run(() => FollowAsync(ending.Token)),
            Task.Run(() => new StageProgress(control, Progress).RunAsync(ending.Token)),
            Task.Run(() => QuietCompaction.RunAsync([], ending.Token)),
            Task.Run(() => new ProcessWatch(lab, application, OnProcessEndedAsync).RunAsync(ending.Token)),
            .. lab.K3s is null ? [] : new[]
            {
                Task.Run(() => new KubeconfigDelivery(lab, application).RunAsync(ending.Token)),
                Task.Run(() => new StartProgress(lab, application, control, Console.WriteLine).RunAsync(ending.Token)),
            },
        ];
        try
        {
            await application.RunAsync();
            if (CloudSetup.Remains(lab.Plan) is { } remains)
            {
                Console.WriteLine(remains);
            }

            return lab.Options.ExitWhenReady && !_ready ? 1 : _exitCode;
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAny(Task.WhenAll(background), Task.Delay(TimeSpan.FromSeconds(1)));
        }
    }

    /// <summary>On the terminal, and in the dashboard below the provisioner.</summary>
    private void Progress(string line)
    {
        Console.WriteLine(line);
        if (resources.FirstOrDefault(resource => resource.Name == "provisioner") is { } provisioner)
        {
            _application!.Services.GetRequiredService<ResourceLoggerService>().GetLogger(provisioner).LogInformation("{Line}", line);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var mirror = new WorkloadMirror(_application!, control, resources);
        var cloud = lab.Plan.Cloud is null ? null : new CloudMirror(_application!, resources, lab.Plan.Directory);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var state in control.WatchAsync(cancellationToken))
                {
                    Tell(state);
                    await mirror.ShowAsync(state, cancellationToken);
                    await (cloud?.ShowAsync(state) ?? Task.CompletedTask);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or System.Text.Json.JsonException)
            {
                // The provisioner ended, or was restarted in the dashboard: it writes a new control.json.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Tell(LabState state)
    {
        foreach (var stage in state.Stages.Where(s => s.State == StageStates.Done && _told.Add($"stage {s.Number}")))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"stage {stage.Number} {stage.Name,-16} {stage.Seconds:0.0} s"));
        }

        if (state.Failure is { } failure && _told.Add($"{failure}"))
        {
            // Commands that belong to no stage have the number 0.
            Console.Error.WriteLine($"{(failure.Stage > 0 ? $"Stage {failure.Stage} failed at {failure.Step}" : $"{failure.Step} failed")}: {failure.Message}\n  {failure.Cure}");
            if (lab.Options.ExitWhenReady)
            {
                Fail();
            }
        }

        if (state.ReadyAt is not null && !_ready)
        {
            _ready = true;
            Console.WriteLine(ReadyTable.Of(state, DateTimeOffset.Now - lab.Plan.StartedAt));
            if (lab.Options.ExitWhenReady)
            {
                _ = EndAsync();
            }
        }
    }

    /// <summary>Ends a lab that was only to be seen ready; what it made on Google Cloud goes with it.</summary>
    private async Task EndAsync()
    {
        if (lab.Plan.Cloud is not null)
        {
            var last = await control.RunAsync("cloud-down", new CommandArguments(), Console.WriteLine, CancellationToken.None);
            Console.WriteLine(last.Message);
            _exitCode = last.Ok ? 0 : 1;
        }

        Stop();
    }

    private async Task OnProcessEndedAsync(IResource resource, int? exitCode, IReadOnlyList<string> lastLines)
    {
        if (await IsEndingAsync(exitCode))
        {
            return;
        }

        var ended = $"{resource.Name} ended with exit code {exitCode?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}";
        var fails = lab.Options.ExitWhenReady && !_ready;
        var restarts = _restarts.GetValueOrDefault(resource.Name);
        var isCluster = lab.Plan.Clusters.Any(cluster => cluster.Name == resource.Name);

        // A cluster's end is something to look at while there is a button that starts it; nothing can be learnt from the others' absence.
        var restart = !fails && restarts < MostRestarts && !(isCluster && lab.Dashboard is not null);
        Console.Error.WriteLine(fails ? $"{ended}. Its last lines:"
            : restart ? $"{ended}; it is started again. Its last lines:"
            : lab.Dashboard is { } dashboard ? $"{ended}. Start it again in the dashboard, {dashboard.LoginUrl}. Its last lines:"
            : $"{ended}, for the {restarts + 1}th time; it stays down. Mend the cause, end the lab with Ctrl-C and start it again. Its last lines:");
        foreach (var line in lastLines)
        {
            Console.Error.WriteLine($"  {line}");
        }

        if (fails)
        {
            Fail();
        }
        else if (restart)
        {
            _restarts[resource.Name] = restarts + 1;
            await _application!.ResourceCommands.ExecuteCommandAsync(resource, KnownResourceCommands.StartCommand);
        }
    }

    /// <summary>Whether a process has ended because the lab does. A Ctrl-C reaches all processes of a terminal at once, and may be noticed there first.</summary>
    private async Task<bool> IsEndingAsync(int? exitCode)
    {
        var stopping = _application!.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        if (exitCode == Interrupted)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return stopping.IsCancellationRequested;
    }

    private void Fail()
    {
        _exitCode = 1;
        Stop();
    }

    private void Stop() => _application!.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
}
