namespace Emulator.Nodes;

/// <summary>What reaches into running pods, for the API's streaming subresources.</summary>
internal interface IPodCommands
{
    /// <summary>Runs a command in a container.</summary>
    /// <exception cref="ContainerFailedException">It cannot run there; says why.</exception>
    Task<ICommandStreams> ExecuteAsync(string ns, string pod, string container, IReadOnlyList<string> command, bool hasTerminal);

    /// <summary>Joins the streams of a container's program.</summary>
    /// <exception cref="ContainerFailedException">The container does not run.</exception>
    ICommandStreams Attach(string ns, string pod, string container);

    /// <summary>Connects to a port as from inside the pod: behind its sidecar.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">Nothing listens there.</exception>
    ValueTask<Stream> ConnectAsync(string ns, string pod, int port, CancellationToken cancellation);
}
