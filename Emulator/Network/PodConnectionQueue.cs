using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Emulator.Network;

/// <summary>A listener for Kestrel that is given its connections instead of opening a socket.</summary>
internal sealed class PodConnectionQueue : IConnectionListener
{
    private readonly Channel<ConnectionContext> waiting =
        Channel.CreateUnbounded<ConnectionContext>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    public EndPoint EndPoint { get; } = new PodEndPoint();

    public bool TryAdd(ConnectionContext connection) => waiting.Writer.TryWrite(connection);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await waiting.Reader.WaitToReadAsync(cancellationToken) && waiting.Reader.TryRead(out var connection) ? connection : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        waiting.Writer.TryComplete();
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        while (waiting.Reader.TryRead(out var connection))
        {
            await connection.DisposeAsync();
        }
    }

    private sealed class PodEndPoint : EndPoint
    {
        public override string ToString() => "pods";
    }
}
