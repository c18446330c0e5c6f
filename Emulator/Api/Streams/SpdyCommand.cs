using System.Text;
using System.Text.Json.Nodes;
using Emulator.Nodes;

namespace Emulator.Api.Streams;

/// <summary>The streams of a command over SPDY, each opened by the client with its type as a header.</summary>
internal static class SpdyCommand
{
    public const string Version = "v4.channel.k8s.io";

    private static readonly TimeSpan OpenTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LingerTime = TimeSpan.FromMilliseconds(500);

    /// <param name="types">The streams that the client will open.</param>
    /// <param name="command">The command; null when there is none.</param>
    /// <param name="refusal">Why there is none.</param>
    public static async Task RunAsync(
        SpdyConnection connection, IReadOnlySet<string> types, ICommandStreams? command, JsonObject? refusal, CancellationToken cancellation)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = connection.RunAsync(leaving.Token);
        try
        {
            var streams = await OpenAsync(connection, types, leaving.Token);
            if (command is not null)
            {
                await CarryAsync(streams, command, running, leaving.Token);
            }

            var status = refusal ?? CommandStatus.Of(await command!.Exited.WaitAsync(leaving.Token));
            await streams["error"].WriteAsync(Encoding.UTF8.GetBytes(status.ToJsonString(Storage.StoreJson.Options)), leaving.Token);
            foreach (var stream in streams.Values)
            {
                await stream.CloseAsync(leaving.Token);
            }

            await Task.WhenAny(running, Task.Delay(LingerTime, leaving.Token));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client went away.
        }
        finally
        {
            await leaving.CancelAsync();
            await running;
        }
    }

    private static async Task<Dictionary<string, SpdyStream>> OpenAsync(SpdyConnection connection, IReadOnlySet<string> types, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(OpenTime);
        var streams = new Dictionary<string, SpdyStream>();
        while (streams.Count < types.Count)
        {
            var stream = await connection.Opened.ReadAsync(limit.Token);
            if (types.Contains(stream["streamType"]))
            {
                streams[stream["streamType"]] = stream;
            }
        }

        return streams;
    }

    private static async Task CarryAsync(Dictionary<string, SpdyStream> streams, ICommandStreams command, Task running, CancellationToken cancellation)
    {
        if (streams.TryGetValue("stdin", out var input))
        {
            _ = SendInputAsync(input, command, cancellation);
        }

        if (streams.TryGetValue("resize", out var sizes))
        {
            _ = ResizeAsync(sizes, command, cancellation);
        }

        var output = new CommandOutput(command, (chunk, ending) => SendAsync(streams, chunk, ending));
        if (!await output.RunAsync(running, cancellation))
        {
            throw new IOException("the client has left");
        }
    }

    private static async ValueTask SendAsync(Dictionary<string, SpdyStream> streams, OutputChunk chunk, CancellationToken cancellation)
    {
        if (streams.TryGetValue(chunk.IsError ? "stderr" : "stdout", out var stream))
        {
            await stream.WriteAsync(chunk.Bytes, cancellation);
        }
    }

    private static async Task SendInputAsync(SpdyStream input, ICommandStreams command, CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        while (await input.Input.ReadAsync(buffer, cancellation) is var count and > 0)
        {
            await command.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }

        command.CloseInput();
    }

    /// <summary>One JSON object a line, such as <c>{"Width":80,"Height":24}</c>.</summary>
    private static async Task ResizeAsync(SpdyStream sizes, ICommandStreams command, CancellationToken cancellation)
    {
        using var lines = new StreamReader(sizes.Input);
        while (await lines.ReadLineAsync(cancellation) is { } line)
        {
            TerminalSize.Apply(command, line);
        }
    }
}
