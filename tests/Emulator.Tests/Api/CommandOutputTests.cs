using System.Threading.Channels;
using Emulator.Api.Streams;
using Emulator.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Emulator.Tests.Api;

/// <summary>What reaches the client of a command that has ended.</summary>
public sealed class CommandOutputTests
{
    private readonly FakeTimeProvider time = new();
    private readonly TaskCompletionSource clientLeft = new();

    [Fact]
    public async Task A_client_that_reads_late_gets_all_that_an_ended_command_wrote()
    {
        var command = new EndedCommand(chunks: 3, closed: true);
        var reads = new SemaphoreSlim(0);
        var sent = 0;
        var run = new CommandOutput(command, SendAsync, time).RunAsync(clientLeft.Task, TestContext.Current.CancellationToken);

        for (var chunk = 0; chunk < 3; chunk++)
        {
            time.Advance(CommandOutput.LingerTime * 10);
            Assert.False(run.IsCompleted);
            reads.Release();
        }

        Assert.True(await run);
        Assert.Equal(3, sent);

        async ValueTask SendAsync(OutputChunk chunk, CancellationToken cancellation)
        {
            await reads.WaitAsync(cancellation);
            sent++;
        }
    }

    [Fact]
    public async Task Output_that_a_process_left_behind_holds_open_is_not_waited_for()
    {
        var sent = 0;
        var run = new CommandOutput(new EndedCommand(chunks: 2, closed: false), (_, _) => { sent++; return default; }, time)
            .RunAsync(clientLeft.Task, TestContext.Current.CancellationToken);

        while (!run.IsCompleted)
        {
            time.Advance(CommandOutput.LingerTime);
            await Task.Yield();
        }

        Assert.True(await run);
        Assert.Equal(2, sent);
    }

    [Fact]
    public async Task A_client_that_leaves_is_not_waited_for()
    {
        var run = new CommandOutput(new EndedCommand(chunks: 1, closed: true), (_, cancellation) => new(Task.Delay(Timeout.Infinite, cancellation)), time)
            .RunAsync(clientLeft.Task, TestContext.Current.CancellationToken);

        clientLeft.SetResult();

        Assert.False(await run);
    }

    private sealed class EndedCommand : ICommandStreams
    {
        private readonly Channel<OutputChunk> output = Channel.CreateUnbounded<OutputChunk>();

        public EndedCommand(int chunks, bool closed)
        {
            for (var chunk = 0; chunk < chunks; chunk++)
            {
                output.Writer.TryWrite(new OutputChunk(new byte[1], IsError: false));
            }

            if (closed)
            {
                output.Writer.Complete();
            }
        }

        public ChannelReader<OutputChunk> Output => output.Reader;

        public Task<int> Exited { get; } = Task.FromResult(0);

        public ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellation) => default;

        public void CloseInput()
        {
        }

        public void Resize(int columns, int rows)
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
