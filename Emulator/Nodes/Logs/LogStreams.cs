using System.Text;
using System.Threading.Channels;

namespace Emulator.Nodes;

/// <summary>The output of a program that runs in this process, for those who attach to it: its log from now on.</summary>
internal sealed class LogStreams : ICommandStreams
{
    private const int Behind = 1_000;

    private readonly Channel<OutputChunk> output = Channel.CreateBounded<OutputChunk>(Behind);
    private readonly CancellationTokenSource leaving = new();

    public LogStreams(ContainerLog log, Task<int> exited)
    {
        Exited = exited;
        _ = CopyAsync(log);
    }

    public ChannelReader<OutputChunk> Output => output.Reader;

    public Task<int> Exited { get; }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellation) => ValueTask.CompletedTask;

    public void CloseInput()
    {
    }

    public void Resize(int columns, int rows)
    {
    }

    public async ValueTask DisposeAsync() => await leaving.CancelAsync();

    private async Task CopyAsync(ContainerLog log)
    {
        try
        {
            await foreach (var line in log.ReadAsync(follow: true, tail: 0, since: null, leaving.Token))
            {
                await output.Writer.WriteAsync(new OutputChunk(Encoding.UTF8.GetBytes(line.Text + "\n"), IsError: false), leaving.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
        finally
        {
            output.Writer.TryComplete();
        }
    }
}
