using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ServiceDefaults;

/// <summary>Ends this process when its owner is gone, however the owner ended.</summary>
internal sealed class OwnerWatch(Owner owner, IHostApplicationLifetime lifetime, ILogger<OwnerWatch> logger) : IHostedService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A thread of its own: a starved thread pool must not keep an orphan alive.
        new Thread(Watch) { IsBackground = true, Name = "owner watch" }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Watch()
    {
        while (owner.IsAlive)
        {
            if (lifetime.ApplicationStopped.WaitHandle.WaitOne(Interval))
            {
                return;
            }
        }

        // The console may be a pipe whose reader has gone with the owner; a blocked log must not delay the end.
        ThreadPool.QueueUserWorkItem(_ => logger.LogWarning("Process {Owner}, which owns this one, is gone: stopping", owner.ProcessId));
        ThreadPool.QueueUserWorkItem(_ => lifetime.StopApplication());
        lifetime.ApplicationStopped.WaitHandle.WaitOne(Grace);
        Environment.Exit(lifetime.ApplicationStopped.IsCancellationRequested ? 0 : 1);
    }
}
