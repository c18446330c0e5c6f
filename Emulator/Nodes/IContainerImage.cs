using System.Text.Json.Nodes;
using Emulator.Network;

namespace Emulator.Nodes;

/// <summary>A program that embedded nodes can run in place of a container image: whereami, the mesh proxy, istiod, a shell.</summary>
internal interface IContainerImage
{
    /// <summary>Whether this program stands for the image that a container names.</summary>
    bool Matches(string image, JsonObject container);

    /// <summary>Starts the container. Returns once its process runs, not when it is ready.</summary>
    /// <exception cref="ContainerFailedException">The container cannot start; its pod shows why.</exception>
    Task<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellation);
}

/// <summary>One running container. Disposing kills it at once.</summary>
internal interface IRunningContainer : IAsyncDisposable
{
    /// <summary>Completes with the exit code when the container ends by itself or after <see cref="StopAsync"/>.</summary>
    Task<int> Exited { get; }

    /// <summary>Asks it to end, as SIGTERM does, and waits at most the grace period.</summary>
    Task StopAsync(TimeSpan grace);

    /// <summary>Answers an HTTP probe or proxy request for a port that the mesh leaves alone (15021, 15020, 15000), or null.</summary>
    RequestDelegate? AdminPort(int port) => null;
}

/// <summary>All a container knows when it starts.</summary>
internal sealed record ContainerContext
{
    public required JsonObject Pod { get; init; }

    public required JsonObject Container { get; init; }

    /// <summary>Environment with ConfigMap, Secret and field references resolved.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required PodInterface Network { get; init; }

    /// <summary>The Node object of the pod's node, for region and zone.</summary>
    public required JsonObject Node { get; init; }

    /// <summary>Takes one line of the container's standard output.</summary>
    public required Action<string> Log { get; init; }
}

/// <param name="reason">A container waiting or terminated reason, such as <c>CreateContainerError</c>.</param>
internal sealed class ContainerFailedException(string reason, string message) : Exception(message)
{
    public string Reason => reason;
}
