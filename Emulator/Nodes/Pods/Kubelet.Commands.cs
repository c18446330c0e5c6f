using System.Net.Sockets;

namespace Emulator.Nodes;

/// <summary>Reaching into running pods.</summary>
internal sealed partial class Kubelet : IPodCommands
{
    public Task<ICommandStreams> ExecuteAsync(string ns, string pod, string container, IReadOnlyList<string> command, bool hasTerminal) =>
        Find(ns, pod)?.ExecuteAsync(container, command, hasTerminal) ?? throw NotFound(container);

    public ICommandStreams Attach(string ns, string pod, string container) =>
        Find(ns, pod)?.FindContainer(container) is { } running
            ? running.Attach() ?? new LogStreams(logs.Find(ns, pod, container, previous: false)!, running.Exited)
            : throw NotFound(container);

    public ValueTask<Stream> ConnectAsync(string ns, string pod, int port, CancellationToken cancellation) =>
        Find(ns, pod)?.ConnectAsync(port, cancellation) ?? throw new SocketException((int)SocketError.ConnectionRefused);

    private static ContainerFailedException NotFound(string container) => new("", $"unable to upgrade connection: container not found (\"{container}\")");
}
