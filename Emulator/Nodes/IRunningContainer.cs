namespace Emulator.Nodes;

/// <summary>One running container. Disposing kills it at once.</summary>
internal interface IRunningContainer : IAsyncDisposable
{
    /// <summary>Completes with the exit code when the container ends by itself or after <see cref="StopAsync"/>.</summary>
    Task<int> Exited { get; }

    /// <summary>Asks it to end, as SIGTERM does, and waits at most the grace period.</summary>
    Task StopAsync(TimeSpan grace);

    /// <summary>Answers an HTTP probe or proxy request for a port that the mesh leaves alone (15021, 15020, 15000), or null.</summary>
    RequestDelegate? AdminPort(int port) => null;

    /// <summary>Runs a command in the container, as exec probes and <c>kubectl exec</c> do; null where there is no shell to run it.</summary>
    Task<CommandResult>? RunCommandAsync(IReadOnlyList<string> command, CancellationToken cancellation) => null;
}

/// <summary>How a command in a container ended.</summary>
internal sealed record CommandResult(int ExitCode, string Output);
