using System.Net.Sockets;
using System.Text;

namespace Emulator.Api.Streams;

/// <summary>Forwarded ports over SPDY: for each connection the client opens a stream for errors and one for data, with the port and a common number.</summary>
internal sealed class PortForwarding(SpdyConnection connection, string pod, Func<int, CancellationToken, ValueTask<Stream>> connect)
{
    private readonly Dictionary<string, SpdyStream> waiting = [];

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = connection.RunAsync(leaving.Token);
        await foreach (var stream in connection.Opened.ReadAllAsync(CancellationToken.None))
        {
            var number = stream["requestID"];
            if (!waiting.Remove(number, out var other))
            {
                waiting[number] = stream;
                continue;
            }

            var (data, errors) = stream["streamType"] == "data" ? (stream, other) : (other, stream);
            _ = ForwardAsync(data, errors, leaving.Token);
        }

        await leaving.CancelAsync();
        await running;
    }

    private async Task ForwardAsync(SpdyStream data, SpdyStream errors, CancellationToken cancellation)
    {
        try
        {
            await ConnectAsync(data, errors, cancellation);
            await data.CloseAsync(cancellation);
            await errors.CloseAsync(cancellation);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client has left.
        }
    }

    private async Task ConnectAsync(SpdyStream data, SpdyStream errors, CancellationToken cancellation)
    {
        if (!int.TryParse(data["port"], out var port))
        {
            await errors.WriteAsync(Encoding.UTF8.GetBytes($"unable to parse port \"{data["port"]}\""), cancellation);
            return;
        }

        Stream inside;
        try
        {
            inside = await connect(port, cancellation);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            var why = $"error forwarding port {port} to pod {pod}: failed to connect to localhost:{port} inside the pod: connect: connection refused";
            await errors.WriteAsync(Encoding.UTF8.GetBytes(why), cancellation);
            return;
        }

        await using (inside)
        {
            var sending = SendAsync(data, inside, cancellation);
            var buffer = new byte[16 * 1024];
            try
            {
                while (await inside.ReadAsync(buffer, cancellation) is var count and > 0)
                {
                    await data.WriteAsync(buffer.AsMemory(0, count), cancellation);
                }
            }
            catch (IOException)
            {
                // The program in the pod has cut the connection.
            }
        }
    }

    private static async Task SendAsync(SpdyStream data, Stream inside, CancellationToken cancellation)
    {
        try
        {
            await data.Input.CopyToAsync(inside, cancellation);
            if (inside is NetworkStream { Socket.Connected: true } network)
            {
                network.Socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The other direction ends it.
        }
    }
}
