using Emulator.Network;

namespace Emulator.Nodes.Samples;

/// <summary>A running sample: takes no more requests when it is told to stop, and ends when those under way are answered.</summary>
internal sealed class SampleContainer : IRunningContainer
{
    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient client;
    private readonly PodInterface network;
    private readonly Dictionary<int, RequestDelegate> handlers;
    private readonly SampleApp app;
    private int running;

    public SampleContainer(SampleApp app, HttpClient client, PodInterface network)
    {
        this.app = app;
        this.client = client;
        this.network = network;
        handlers = app.MorePorts.Append(new(app.Port, app.Answer)).ToDictionary(port => port.Key, port => Measured(port.Value));
        foreach (var (port, handler) in handlers)
        {
            network.Ports[port] = handler;
        }
    }

    public Task<int> Exited => exited.Task;

    public RequestMeter Work { get; } = new();

    public async Task StopAsync(TimeSpan grace)
    {
        Close();
        using var limit = new CancellationTokenSource(grace);
        while (Volatile.Read(ref running) > 0 && !limit.IsCancellationRequested)
        {
            await Task.Delay(20);
        }

        End(0);
    }

    public ValueTask DisposeAsync()
    {
        Close();
        End(137);
        return ValueTask.CompletedTask;
    }

    public Task<ICommandStreams>? ExecuteAsync(IReadOnlyList<string> command, bool hasTerminal) =>
        app.Execute(command) is { } running ? Task.FromResult(running) : null;

    private RequestDelegate Measured(RequestDelegate answer) => context =>
        Work.RunAsync((this, answer), static (sample, http) => sample.Item1.AnswerAsync(sample.answer, http), context);

    private async Task AnswerAsync(RequestDelegate answer, HttpContext context)
    {
        Interlocked.Increment(ref running);
        try
        {
            await answer(context);
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }

    private void Close()
    {
        foreach (var handler in handlers)
        {
            network.Ports.TryRemove(handler);
        }
    }

    private void End(int exitCode)
    {
        if (exited.TrySetResult(exitCode))
        {
            client.Dispose();
        }
    }
}
