using System.Net;
using System.Net.Sockets;

namespace Emulator.Network;

/// <summary>Accepts sockets on one address of this machine until disposed of, and hands each on without waiting for it.</summary>
internal sealed class SocketListener : IPublishedAddress
{
    /// <summary>Connections that have not come as far as their first request; more than that are reset.</summary>
    private const int MaximumPending = 2_000;

    private readonly Socket socket;
    private readonly CancellationTokenSource ending = new();
    private readonly Task accepting;
    private int pending;

    /// <exception cref="SocketException">The address is taken, or not of this machine.</exception>
    public SocketListener(IPEndPoint address, Func<Socket, Task> handle)
        : this(Bind(address), handle)
    {
    }

    /// <param name="listening">A socket from <see cref="Bind"/>; the listener's own from here on.</param>
    public SocketListener(Socket listening, Func<Socket, Task> handle)
    {
        socket = listening;
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
        accepting = AcceptAsync(handle);
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Called once the listener is closed.</summary>
    public Action<SocketListener>? Closed { get; init; }

    /// <summary>A socket that listens, from which nothing is accepted yet.</summary>
    /// <exception cref="SocketException">The address is taken, or not of this machine.</exception>
    public static Socket Bind(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(address);
            socket.Listen(512);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        socket.Dispose();
        await accepting;
        Closed?.Invoke(this);
    }

    private async Task AcceptAsync(Func<Socket, Task> handle)
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                var accepted = await socket.AcceptAsync(ending.Token);
                accepted.NoDelay = true;
                _ = HandleAsync(accepted, handle);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The client went before it was accepted, or the process is out of file descriptors for the moment.
                await Task.Delay(20);
            }
        }
    }

    private async Task HandleAsync(Socket accepted, Func<Socket, Task> handle)
    {
        // The accept loop must not wait for the work of one connection.
        await Task.Yield();
        try
        {
            if (Interlocked.Increment(ref pending) > MaximumPending)
            {
                accepted.Reset();
                return;
            }

            await handle(accepted);
        }
        finally
        {
            Interlocked.Decrement(ref pending);
        }
    }
}
