using System.Text;
using System.Threading.Channels;

namespace Emulator.Nodes.Samples;

/// <summary>A command that runs in this process and writes lines.</summary>
internal sealed class ProgramStreams : ICommandStreams
{
    private readonly Channel<OutputChunk> output = Channel.CreateUnbounded<OutputChunk>();
    private readonly CancellationTokenSource leaving = new();

    /// <param name="program">Gets what takes a line, and says the exit code.</param>
    public ProgramStreams(Func<Action<string>, CancellationToken, Task<int>> program) => Exited = Task.Run(() => RunAsync(program));

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

    private async Task<int> RunAsync(Func<Action<string>, CancellationToken, Task<int>> program)
    {
        try
        {
            return await program(line => output.Writer.TryWrite(new OutputChunk(Encoding.UTF8.GetBytes(line + "\n"), IsError: false)), leaving.Token);
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        finally
        {
            output.Writer.TryComplete();
        }
    }
}
