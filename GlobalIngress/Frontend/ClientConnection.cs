using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace GlobalIngress.Frontend;

/// <summary>A client's connection that stays open for answers when the client has shut down its own sending side.</summary>
/// <remarks>
/// Kestrel takes the end of what a client sends for the end of the connection and drops the request. Google's front ends answer it. So the connection counts as
/// closed here only when it has been reset, when nothing can be written to it any more, or when it is aborted.
/// </remarks>
internal sealed class ClientConnection : ConnectionContext
{
    private readonly ConnectionContext inner;

    // Never disposed of, since the end may come at any time; it holds nothing that would need it.
    private readonly CancellationTokenSource closed = new();

    public ClientConnection(ConnectionContext inner)
    {
        this.inner = inner;
        var input = new ClientInput(inner.Transport.Input);
        Transport = new Pipes(input, new ClientOutput(inner.Transport.Output, Close));
        ConnectionClosed = closed.Token;
        inner.ConnectionClosed.UnsafeRegister(
            static state =>
            {
                var (self, input) = ((ClientConnection, ClientInput))state!;
                if (input.HasFailed())
                {
                    self.Close();
                }
            },
            (this, input));
    }

    public override string ConnectionId
    {
        get => inner.ConnectionId;
        set => inner.ConnectionId = value;
    }

    public override IFeatureCollection Features => inner.Features;

    public override IDictionary<object, object?> Items
    {
        get => inner.Items;
        set => inner.Items = value;
    }

    public override IDuplexPipe Transport { get; set; }

    public override EndPoint? LocalEndPoint
    {
        get => inner.LocalEndPoint;
        set => inner.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => inner.RemoteEndPoint;
        set => inner.RemoteEndPoint = value;
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        inner.Abort(abortReason);
        Close();
    }

    private void Close() => ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), closed, preferLocal: false);

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
