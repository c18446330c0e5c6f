using System.Threading.Channels;

namespace Emulator.Nodes;

/// <summary>Shares a program's output among all that are attached to it.</summary>
internal sealed class AttachedOutput
{
    /// <summary>Chunks that a client may be behind; one that is slower is let go rather than holding up the program.</summary>
    private const int Behind = 1_000;

    private readonly Lock gate = new();
    private readonly List<Channel<OutputChunk>> clients = [];
    private bool complete;

    public void Write(OutputChunk chunk)
    {
        lock (gate)
        {
            clients.RemoveAll(client => !client.Writer.TryWrite(chunk) && client.Writer.TryComplete());
        }
    }

    public void Complete()
    {
        lock (gate)
        {
            complete = true;
            clients.ForEach(client => client.Writer.TryComplete());
        }
    }

    public ICommandStreams Join(ICommandStreams program, Task<int> exited, bool hasInput)
    {
        var client = Channel.CreateBounded<OutputChunk>(Behind);
        lock (gate)
        {
            if (complete)
            {
                client.Writer.TryComplete();
            }
            else
            {
                clients.Add(client);
            }
        }

        return new Client(this, client, program, exited, hasInput);
    }

    private sealed class Client(AttachedOutput owner, Channel<OutputChunk> channel, ICommandStreams program, Task<int> exited, bool hasInput) : ICommandStreams
    {
        public ChannelReader<OutputChunk> Output => channel.Reader;

        public Task<int> Exited => EndAsync();

        public ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellation) =>
            hasInput ? program.WriteAsync(input, cancellation) : ValueTask.CompletedTask;

        public void CloseInput()
        {
            if (hasInput)
            {
                program.CloseInput();
            }
        }

        public void Resize(int columns, int rows) => program.Resize(columns, rows);

        /// <summary>A container runtime does not tell who is attached how the program ended: kubectl reads that from the pod.</summary>
        private async Task<int> EndAsync()
        {
            await exited;
            return 0;
        }

        public ValueTask DisposeAsync()
        {
            lock (owner.gate)
            {
                owner.clients.Remove(channel);
            }

            channel.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }
    }
}
