using System.Net.Sockets;

namespace Emulator.Network;

/// <summary>The receiving end of the underlay: reads the preamble and lets in what a route covers.</summary>
internal sealed class UnderlayGate(PodRoutes routes, Func<System.Net.IPAddress, AttachedPod?> find, PodAcceptor acceptor)
{
    /// <summary>Dropped connections that are held at the same time; the oldest are not worth more memory than this.</summary>
    private const int MaximumHeld = 512;

    private static readonly TimeSpan PreambleTime = TimeSpan.FromSeconds(5);

    /// <summary>As long as a Linux client keeps sending SYN.</summary>
    private static readonly TimeSpan HoldTime = TimeSpan.FromSeconds(130);

    private static readonly TimeSpan LeaveCheck = TimeSpan.FromMilliseconds(250);

    private int held;

    public async Task HandleAsync(Socket socket)
    {
        ProxyPreamble? preamble = null;
        try
        {
            using var deadline = new CancellationTokenSource(PreambleTime);
            preamble = await ProxyPreamble.ReadAsync(new NetworkStream(socket, ownsSocket: false), deadline.Token);
            if (preamble is not null && !await LetInAsync(socket, preamble))
            {
                preamble = null;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            preamble = null;
        }

        if (preamble is not null && find(preamble.Destination.Address) is { } attached)
        {
            await acceptor.AcceptAsync(socket, preamble.Source, attached.Pod, preamble.Destination.Port, preamble.WantsAnswer, isUnderlay: true);
        }
        else
        {
            socket.Reset();
        }
    }

    /// <summary>Waits, without a word to the dialler, until a route covers the source, as repeated SYNs would; false when the dialler gave up.</summary>
    private async Task<bool> LetInAsync(Socket socket, ProxyPreamble preamble)
    {
        if (routes.Allows(preamble.Source.Address))
        {
            return true;
        }

        try
        {
            var giveUp = Environment.TickCount64 + (long)HoldTime.TotalMilliseconds;
            var held = Interlocked.Increment(ref this.held);
            while (held <= MaximumHeld && Environment.TickCount64 < giveUp && !HasLeft(socket))
            {
                var change = routes.NextChange;
                if (routes.Allows(preamble.Source.Address))
                {
                    return true;
                }

                await Task.WhenAny(change, Task.Delay(LeaveCheck));
            }

            return false;
        }
        finally
        {
            Interlocked.Decrement(ref held);
        }
    }

    private static bool HasLeft(Socket socket) => socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
}
