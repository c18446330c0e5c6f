using System.Net;
using System.Net.Sockets;
using Emulator.Network;

namespace Emulator.Nodes;

/// <summary>Reaching into a running pod: commands in its containers, connections to its ports.</summary>
internal sealed partial class PodWorker
{
    /// <inheritdoc cref="IPodCommands.ExecuteAsync"/>
    public async Task<ICommandStreams> ExecuteAsync(string container, IReadOnlyList<string> command, bool hasTerminal)
    {
        var runner = FindRunner(container);
        if (runner?.Process is not { } running)
        {
            throw new ContainerFailedException("", $"unable to upgrade connection: container not found (\"{container}\")");
        }

        if (running.ExecuteAsync(command, hasTerminal) is { } executing)
        {
            return await executing;
        }

        if (command[0] == "pilot-agent")
        {
            throw new ContainerFailedException(
                "", "the mesh proxy of embedded clusters runs inside the cluster's process and has no pilot-agent; "
                + "its pages answer to curl in this container: localhost:15000/clusters, /config_dump, /stats, localhost:15021/healthz/ready");
        }

        var companion = await Shells.CompanionAsync(runner.Spec, runner.Environment);
        return await companion.ExecuteAsync(command, hasTerminal);
    }

    /// <inheritdoc cref="IPodCommands.ConnectAsync"/>
    public async ValueTask<Stream> ConnectAsync(int port, CancellationToken cancellation)
    {
        if (!Shells.Listens(port) && FindPort(port) is { } program)
        {
            return await ServeAsync(port, program, cancellation);
        }

        if (network.Inbound?.IsGateway ?? false)
        {
            return await services.Network.DialAsync(new IPEndPoint(node.Address, 0), new IPEndPoint(network.Address, port), null, cancellation);
        }

        return await Shells.ConnectAsync(port, cancellation);
    }

    /// <summary>The containers that run now, with the processes of the host behind them.</summary>
    public IEnumerable<RunningContainer> RunningContainers() =>
        from runner in init.Concat(containers)
        let running = runner.Process
        where running is not null
        select new RunningContainer(
            runner.Name, running, [.. new[] { running.FirstProcess, Shells.CompanionProcess(runner.Name) }.OfType<int>().Where(process => process > 0)]);

    private ContainerRunner? FindRunner(string name) => init.Concat(containers).Concat(ephemeral.Values).FirstOrDefault(runner => runner.Name == name);

    /// <summary>A connection to a program that runs in this process.</summary>
    private async Task<Stream> ServeAsync(int port, RequestDelegate program, CancellationToken cancellation)
    {
        using var listener = SocketListener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var accepting = listener.AcceptAsync(cancellation);
        await client.ConnectAsync(listener.LocalEndPoint!, cancellation);
        var accepted = await accepting;
        accepted.NoDelay = true;
        var inside = new PodConnection(new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(network.Address, port), network) { Handler = program };
        _ = ServeAsync(accepted, inside);
        return new NetworkStream(client, ownsSocket: true);
    }

    private async Task ServeAsync(Socket accepted, PodConnection inside)
    {
        try
        {
            services.Network.Serve(accepted, inside, await HttpPreface.IsHttp2Async(accepted));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The client said nothing, and left or was idle for too long.
            accepted.Reset();
        }
    }
}

/// <summary>A container that runs, and the first processes of its PID namespaces.</summary>
internal sealed record RunningContainer(string Name, IRunningContainer Running, IReadOnlyList<int> Processes);
