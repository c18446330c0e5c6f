using Emulator.Nodes;

namespace Emulator.Api.Streams;

/// <summary>Carries what a command writes to its client, to the last byte also where the client reads slower than the command writes.</summary>
internal sealed class CommandOutput(ICommandStreams command, Func<OutputChunk, CancellationToken, ValueTask> send, TimeProvider? time = null)
{
    /// <summary>How long an ended command's output may be silent: processes that it left behind can hold it open for ever.</summary>
    public static readonly TimeSpan LingerTime = TimeSpan.FromMilliseconds(500);

    private volatile bool isSending;
    private long sent;

    /// <summary>Sends until the command has ended and all that it wrote is sent, or the client has left.</summary>
    /// <param name="clientLeft">Ends with the client.</param>
    /// <returns>Whether the client is still there.</returns>
    public async Task<bool> RunAsync(Task clientLeft, CancellationToken cancellation)
    {
        var sending = SendAsync(cancellation);
        if (await Task.WhenAny(command.Exited, clientLeft) == clientLeft)
        {
            return false;
        }

        await DrainAsync(sending, clientLeft, cancellation);
        if (sending.IsCompleted)
        {
            await sending;
        }

        return !clientLeft.IsCompleted;
    }

    private async Task DrainAsync(Task sending, Task clientLeft, CancellationToken cancellation)
    {
        long before;
        do
        {
            before = Interlocked.Read(ref sent);
            await Task.WhenAny(sending, clientLeft, Task.Delay(LingerTime, time ?? TimeProvider.System, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
        while (!sending.IsCompleted && !clientLeft.IsCompleted && (isSending || Interlocked.Read(ref sent) != before));
    }

    private async Task SendAsync(CancellationToken cancellation)
    {
        await foreach (var chunk in command.Output.ReadAllAsync(cancellation))
        {
            isSending = true;
            await send(chunk, cancellation);
            isSending = false;
            Interlocked.Increment(ref sent);
        }
    }
}
