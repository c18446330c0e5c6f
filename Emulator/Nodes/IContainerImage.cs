using System.Text.Json.Nodes;

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
