namespace Provisioner.Api;

/// <summary>What the control API can be asked to do.</summary>
internal interface ILabCommands
{
    IReadOnlyCollection<string> Verbs { get; }

    /// <summary>Runs a verb; <paramref name="say"/> gets each line of progress.</summary>
    /// <exception cref="LabBusyException">Another operation is running.</exception>
    Task<CommandLine> RunAsync(string verb, CommandArguments arguments, Action<string> say, CancellationToken cancellation);

    /// <summary>Follows the logs of a workload's pods, each line with the pod's name in front.</summary>
    IAsyncEnumerable<string> LogsAsync(string cluster, string workload, CancellationToken cancellation);
}
