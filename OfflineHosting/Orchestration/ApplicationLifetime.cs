using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

/// <summary>Started, stopping, stopped.</summary>
internal sealed class ApplicationLifetime : IHostApplicationLifetime
{
    private readonly CancellationTokenSource _started = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CancellationToken ApplicationStarted => _started.Token;

    public CancellationToken ApplicationStopping => _stopping.Token;

    public CancellationToken ApplicationStopped => _stopped.Token;

    /// <summary>Completes when the application is told to stop.</summary>
    public Task Stopping => _stop.Task;

    public void StopApplication()
    {
        if (_stop.TrySetResult())
        {
            _stopping.Cancel();
        }
    }

    public void NotifyStarted() => _started.Cancel();

    public void NotifyStopped() => _stopped.Cancel();
}
