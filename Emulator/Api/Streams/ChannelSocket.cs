using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Emulator.Nodes;

namespace Emulator.Api.Streams;

/// <summary>The streams of a command over a WebSocket, each message led by the number of its stream (v4 and v5.channel.k8s.io).</summary>
internal static class ChannelSocket
{
    public const string Version5 = "v5.channel.k8s.io";
    public const string Version4 = "v4.channel.k8s.io";

    private const byte Input = 0;
    private const byte Output = 1;
    private const byte Error = 2;
    private const byte Status = 3;
    private const byte Resize = 4;
    private const byte Close = 255;
    private const int MaximumMessage = 64 * 1024;

    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(2);

    /// <summary>kubectl 1.32 reads before it has made its streams, and throws away, with a line of its own on standard error, what comes sooner (client-go, websocket.go).</summary>
    private static readonly TimeSpan ClientTime = TimeSpan.FromMilliseconds(100);

    /// <summary>Carries the streams until the command has ended or the client has left.</summary>
    /// <returns>Whether the client has been told how the command ended.</returns>
    public static async Task RunAsync(WebSocket socket, ICommandStreams command, CancellationToken cancellation)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var receiving = ReceiveAsync(socket, command, leaving.Token);
        try
        {
            await Task.Delay(ClientTime, leaving.Token);
            // Says that the command runs, before it has written anything.
            await SendAsync(socket, Output, ReadOnlyMemory<byte>.Empty, leaving.Token);
            var output = new CommandOutput(command, (chunk, ending) => new ValueTask(SendAsync(socket, chunk.IsError ? Error : Output, chunk.Bytes, ending)));
            if (!await output.RunAsync(receiving, leaving.Token))
            {
                return;
            }

            await SendAsync(socket, Status, CommandStatus.Of(await command.Exited), leaving.Token);
            await CloseAsync(socket, receiving, leaving.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The client went away.
        }
        finally
        {
            await leaving.CancelAsync();
            await receiving;
        }
    }

    /// <summary>Tells the client, on the stream for that, why there is no command.</summary>
    public static async Task RefuseAsync(WebSocket socket, JsonObject status, CancellationToken cancellation)
    {
        await Task.Delay(ClientTime, cancellation);
        await SendAsync(socket, Status, status, cancellation);
        await CloseAsync(socket, Task.CompletedTask, cancellation);
    }

    private static async Task ReceiveAsync(WebSocket socket, ICommandStreams command, CancellationToken cancellation)
    {
        var buffer = new byte[MaximumMessage];
        var stream = Close;
        var isStart = true;
        var resize = new List<byte>();
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
                if (received.MessageType is WebSocketMessageType.Close)
                {
                    return;
                }

                var bytes = buffer.AsMemory(0, received.Count);
                if (isStart && bytes.Length > 0)
                {
                    (stream, bytes) = (bytes.Span[0], bytes[1..]);
                }

                isStart = received.EndOfMessage;
                switch (stream)
                {
                    case Input when bytes.Length > 0:
                        await command.WriteAsync(bytes, cancellation);
                        break;
                    case Resize:
                        resize.AddRange(bytes.Span);
                        if (isStart)
                        {
                            TerminalSize.Apply(command, System.Text.Encoding.UTF8.GetString([.. resize]));
                            resize.Clear();
                        }

                        break;
                    case Close when bytes.Length > 0 && bytes.Span[0] == Input:
                        command.CloseInput();
                        break;
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The client went away, or all is said.
        }
    }

    private static Task SendAsync(WebSocket socket, byte stream, JsonObject status, CancellationToken cancellation) =>
        SendAsync(socket, stream, System.Text.Encoding.UTF8.GetBytes(status.ToJsonString(Storage.StoreJson.Options)), cancellation);

    private static Task SendAsync(WebSocket socket, byte stream, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var message = new byte[bytes.Length + 1];
        message[0] = stream;
        bytes.CopyTo(message.AsMemory(1));
        return socket.SendAsync((ArraySegment<byte>)message, WebSocketMessageType.Binary, endOfMessage: true, cancellation);
    }

    private static async Task CloseAsync(WebSocket socket, Task receiving, CancellationToken cancellation)
    {
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
        await Task.WhenAny(receiving, Task.Delay(CloseTime, cancellation));
    }
}
