using System.Collections.Immutable;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Containers;

namespace Aspire.Hosting.Orchestration;

/// <summary>Runs one container resource through the engine's command line. Every start makes a new container; what has to stay is in volumes.</summary>
internal sealed class ContainerRunner(
    ContainerResource resource, string defaultName, ResourceNotificationService notifications, ResourceConsole console, ContainerNetwork network) : IResourceRunner
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly CancellationTokenSource _ending = new();
    private ContainerEngine? _engine;
    private string? _container;
    private Task _following = Task.CompletedTask;
    private volatile bool _stopping;

    public async Task StartAsync()
    {
        await _oneAtATime.WaitAsync();
        try
        {
            if (_ending.IsCancellationRequested)
            {
                return;
            }

            if (!await IsRunningAsync())
            {
                await LaunchAsync(_ending.Token);
            }
            else if (_following.IsCompleted)
            {
                // It was seen to end, and somebody has started it by hand since.
                _stopping = false;
                await PublishRestartAsync();
                _following = FollowAsync(_engine!, _container!, isNew: false, _ending.Token);
            }
        }
        catch (Exception e) when (e is ContainerEngineException { IsInterrupted: true } || (e is OperationCanceledException && _ending.IsCancellationRequested))
        {
            // The application ends.
        }
        catch (ContainerEngineException e)
        {
            console.Write($"{e.Message}. {e.Cure}", isError: true);
            await notifications.PublishUpdateAsync(
                resource, s => s with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error), StopTimeStamp = DateTime.UtcNow });
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
            if (_container is { } container && await IsRunningAsync())
            {
                _stopping = true;
                await notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Stopping });
                await _engine!.TryRunAsync(["container", "stop", "-t", "10", container], CancellationToken.None);
                await PublishEndAsync(container);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public async Task EndAsync()
    {
        await _ending.CancelAsync();
        await _oneAtATime.WaitAsync();
        try
        {
            if (_container is { } container)
            {
                await _engine!.TryRunAsync(["container", "rm", "--force", "--volumes", container], CancellationToken.None);
                await PublishEndAsync(container);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<bool> IsRunningAsync() =>
        _container is { } container && await _engine!.InspectAsync(container, CancellationToken.None) is { IsRunning: true };

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        _stopping = false;
        await notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Starting, StopTimeStamp = null, ExitCode = null });
        var (engine, networkName) = await EngineAsync(cancellationToken);
        _engine = engine;
        var create = await ContainerArguments.OfAsync(resource, defaultName, networkName, cancellationToken);
        await PullAsync(engine, create.Image, cancellationToken);
        if (_container is { } old)
        {
            await engine.TryRunAsync(["container", "rm", "--force", "--volumes", old], cancellationToken);
        }

        // Once asked, the engine makes it, also when a Ctrl-C in the terminal has ended its command line: it has to be taken away then.
        cancellationToken.ThrowIfCancellationRequested();
        _container = create.Name;
        var created = await engine.TryRunAsync(create.Arguments, CancellationToken.None, create.Environment);
        if (!created.Ok)
        {
            // What has its name already is somebody else's.
            _container = created.Errors.Contains("already in use", StringComparison.Ordinal) ? null : create.Name;
            throw engine.Refusal($"container {create.Name} cannot be made", created);
        }

        var started = await engine.TryRunAsync(["container", "start", create.Name], CancellationToken.None);
        if (!started.Ok)
        {
            throw engine.Refusal($"container {create.Name} does not start", started);
        }

        _following = FollowAsync(engine, create.Name, isNew: true, _ending.Token);
        await notifications.PublishUpdateAsync(resource, s => s with
        {
            State = KnownResourceStates.Running,
            StartTimeStamp = DateTime.UtcNow,
            StopTimeStamp = null,
            ExitCode = null,
            Properties = Properties(s.Properties, create, created.Output),
            EnvironmentVariables = [.. create.Environment.Select(e => new EnvironmentVariableSnapshot(e.Key, e.Value, IsFromSpec: true))],
        });
    }

    // An engine that does not answer is waited for, as the real orchestrator does.
    private async Task<(ContainerEngine Engine, string Network)> EngineAsync(CancellationToken cancellationToken)
    {
        for (string? told = null; ;)
        {
            try
            {
                return await network.GetAsync(cancellationToken);
            }
            catch (ContainerEngineException e)
            {
                if (told != e.Message)
                {
                    told = e.Message;
                    console.Write($"{e.Message}. {e.Cure}", isError: true);
                    await notifications.PublishUpdateAsync(resource, s => s with { State = new(KnownResourceStates.RuntimeUnhealthy, KnownResourceStateStyles.Warn) });
                }

                await Task.Delay(s_retry, cancellationToken);
            }
        }
    }

    private async Task PullAsync(ContainerEngine engine, string image, CancellationToken cancellationToken)
    {
        var policy = resource.Annotations.OfType<ContainerImagePullPolicyAnnotation>().LastOrDefault()?.ImagePullPolicy ?? ImagePullPolicy.Default;
        if (policy != ImagePullPolicy.Always && await engine.HasImageAsync(image, cancellationToken))
        {
            return;
        }

        if (policy == ImagePullPolicy.Never)
        {
            throw engine.Refusal($"image {image} is not here and is not to be pulled", new EngineAnswer(1, "", $"No such image: {image}"));
        }

        console.Write($"Pulling {image}", isError: false);
        await engine.PullAsync(image, line => console.Write(line, isError: false), cancellationToken);
    }

    /// <summary>Shows what a container says, and how it ends; also after somebody, or the engine itself, has restarted it.</summary>
    /// <param name="isNew">Whether this is its first start, so that all of its log is wanted.</param>
    private async Task FollowAsync(ContainerEngine engine, string container, bool isNew, CancellationToken cancellationToken)
    {
        try
        {
            for (var since = isNew ? [] : Since(await engine.InspectAsync(container, cancellationToken)); ;)
            {
                using var logOver = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var log = ShowLogAsync(engine, container, since, logOver.Token);

                // Not the log's end: that of a container which is restarted at once may never come.
                await engine.TryRunAsync(["container", "wait", container], cancellationToken);
                var found = await engine.InspectAsync(container, cancellationToken);
                logOver.CancelAfter(found is { IsRunning: true } ? TimeSpan.Zero : s_lastWords);
                await log;
                if (_stopping)
                {
                    return;
                }

                if (found is not { IsRunning: true })
                {
                    await PublishEndAsync(container);
                    return;
                }

                await PublishRestartAsync();
                since = Since(found);
            }
        }
        catch (OperationCanceledException)
        {
            // The application ends.
        }
    }

    private async Task ShowLogAsync(ContainerEngine engine, string container, IReadOnlyList<string> since, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (text, isError) in engine.LinesAsync(["container", "logs", "--follow", .. since, container], cancellationToken))
            {
                console.Write(text, isError);
            }
        }
        catch (OperationCanceledException)
        {
            // The container has another life, or none.
        }
    }

    // A program may have written before the engine notes that it has started it.
    private static string[] Since(ContainerInspection? container) =>
        container is null ? [] : ["--since", container.FinishedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)];

    private Task PublishRestartAsync() => notifications.PublishUpdateAsync(
        resource, s => s with { State = KnownResourceStates.Running, StartTimeStamp = DateTime.UtcNow, StopTimeStamp = null, ExitCode = null });

    private async Task PublishEndAsync(string container)
    {
        var found = await _engine!.InspectAsync(container, CancellationToken.None);
        await notifications.PublishUpdateAsync(resource, s => s.StopTimeStamp is not null || found is { IsRunning: true }
            ? s
            : s with { State = KnownResourceStates.Exited, StopTimeStamp = DateTime.UtcNow, ExitCode = found?.ExitCode });
    }

    private ImmutableArray<ResourcePropertySnapshot> Properties(ImmutableArray<ResourcePropertySnapshot> old, ContainerArguments create, string id) =>
    [
        .. old.Where(p => !p.Name.StartsWith("container.", StringComparison.Ordinal)),
        new("container.image", create.Image),
        new("container.id", id),
        new("container.command", resource.Entrypoint),
        new("container.args", create.Command.ToImmutableArray()) { IsSensitive = true },
        new("container.ports", resource.Annotations.OfType<EndpointAnnotation>().Select(e => Convert.ToString(e.TargetPort, CultureInfo.InvariantCulture)).ToImmutableArray()),
        new("container.lifetime", "Session"),
    ];
}
