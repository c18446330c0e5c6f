using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Emulator.Network;

/// <summary>An accepted connection as Kestrel serves it: a socket, perhaps under TLS, with its <see cref="PodConnection"/> as a feature.</summary>
internal sealed class PodSocketConnection : DefaultConnectionContext, IDuplexPipe, IMemoryPoolFeature
{
    private readonly Socket socket;
    private readonly Stream stream;
    private readonly Action<PodSocketConnection> closed;

    // Never disposed of, since an abort may come at any time; it holds nothing that would need it.
    private readonly CancellationTokenSource closedSource = new();
    private int ended;

    public PodSocketConnection(Socket socket, Stream stream, PodConnection pod, Action<PodSocketConnection> closed)
        : base(Guid.NewGuid().ToString("N"))
    {
        this.socket = socket;
        this.stream = stream;
        this.closed = closed;
        Pod = pod;
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 8192, minimumReadSize: 1024, leaveOpen: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: 8192, leaveOpen: true));
        Transport = this;
        LocalEndPoint = pod.Destination;
        RemoteEndPoint = pod.Source;
        Features.Set(pod);
        Features.Set<IMemoryPoolFeature>(this);
        ConnectionClosed = closedSource.Token;
    }

    public PodConnection Pod { get; }

    public System.Buffers.MemoryPool<byte> MemoryPool => PageMemoryPool.Instance;

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>Lets the request in flight end, and closes the connection after it.</summary>
    public void RequestClose()
    {
        if (Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime)
        {
            lifetime.RequestClose();
        }
        else
        {
            Abort();
        }
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (Interlocked.Exchange(ref ended, 1) == 0)
        {
            socket.Reset();
            closed(this);
            ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), closedSource, preferLocal: false);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref ended, 1) == 0)
        {
            try
            {
                if (stream is SslStream tls)
                {
                    await tls.ShutdownAsync().WaitAsync(TimeSpan.FromSeconds(1));
                }

                socket.Shutdown(SocketShutdown.Both);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException or TimeoutException)
            {
                // The peer has closed already.
            }

            socket.Dispose();
            closed(this);
        }

        await stream.DisposeAsync();
        await base.DisposeAsync();
    }
}
