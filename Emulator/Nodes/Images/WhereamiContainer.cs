using System.Diagnostics;
using Emulator.Network;
using Whereami;

namespace Emulator.Nodes;

/// <summary>One whereami in a pod: ends as soon as the requests that it was answering are answered.</summary>
internal sealed class WhereamiContainer : IRunningContainer
{
    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WhereamiApp app;
    private readonly ActivitySource? source;
    private readonly PodInterface network;
    private readonly int port;
    private readonly RequestDelegate handler;
    private int running = 1;

    public WhereamiContainer(WhereamiApp app, ActivitySource? source, PodInterface network, int port)
    {
        this.app = app;
        this.source = source;
        this.network = network;
        this.port = port;
        handler = context => Work.RunAsync(this, static (self, request) => self.AnswerAsync(request), context);
        network.Ports[port] = handler;
    }

    public Task<int> Exited => exited.Task;

    public RequestMeter Work { get; } = new();

    public async Task StopAsync(TimeSpan grace)
    {
        Close();

        // The count began at one for the container itself.
        if (Interlocked.Decrement(ref running) <= 0)
        {
            drained.TrySetResult();
        }

        await Task.WhenAny(drained.Task, Task.Delay(grace));
        await EndAsync(0);
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return EndAsync(137);
    }

    private void Close() => network.Ports.TryRemove(new KeyValuePair<int, RequestDelegate>(port, handler));

    private ValueTask EndAsync(int exitCode)
    {
        if (exited.TrySetResult(exitCode))
        {
            app.Dispose();
            source?.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref running);
        var answering = app.InvokeAsync(context);
        if (answering.IsCompletedSuccessfully)
        {
            Leave();
            return answering;
        }

        return LeaveAfterAsync(answering);
    }

    private async Task LeaveAfterAsync(Task answering)
    {
        try
        {
            await answering;
        }
        finally
        {
            Leave();
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref running) == 0)
        {
            drained.TrySetResult();
        }
    }
}
