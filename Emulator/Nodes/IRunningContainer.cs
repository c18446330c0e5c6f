namespace Emulator.Nodes;

/// <summary>One running container. Disposing kills it at once; whoever stops it and whoever watches it both do.</summary>
internal interface IRunningContainer : IAsyncDisposable
{
    /// <summary>Completes with the exit code when the container ends by itself or after <see cref="StopAsync"/>.</summary>
    Task<int> Exited { get; }

    /// <summary>Asks it to end, as SIGTERM does, and waits at most the grace period.</summary>
    Task StopAsync(TimeSpan grace);

    /// <summary>Answers an HTTP probe or proxy request for a port that the mesh leaves alone (15021, 15020, 15000), or null.</summary>
    RequestDelegate? AdminPort(int port) => null;

    /// <summary>What requests to it cost, for a program that runs in this process; null: it answers none.</summary>
    RequestMeter? Work => null;

    /// <summary>The host's number of its first process; null where it has none of its own.</summary>
    int? FirstProcess => null;

    /// <summary>Why it ended, where that is not told by its exit code; null: it is.</summary>
    string? EndReason => null;

    /// <summary>What it left to be said about its end, as <c>terminationMessagePath</c> does.</summary>
    string? EndMessage => null;

    /// <summary>Runs a command in the container, as exec probes do; null where it has no processes of its own.</summary>
    Task<CommandResult>? RunCommandAsync(IReadOnlyList<string> command, CancellationToken cancellation) => null;

    /// <summary>Runs a command in the container, as <c>kubectl exec</c> does; null where it has no processes of its own.</summary>
    Task<ICommandStreams>? ExecuteAsync(IReadOnlyList<string> command, bool hasTerminal) => null;

    /// <summary>Joins the streams of its program; null where it has none.</summary>
    ICommandStreams? Attach() => null;
}

/// <summary>How a command in a container ended.</summary>
internal sealed record CommandResult(int ExitCode, string Output);
