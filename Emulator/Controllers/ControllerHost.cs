using System.Diagnostics;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Runs all control loops of the cluster.</summary>
internal sealed class ControllerHost(IEnumerable<IController> controllers, Informers informers, ILogger<ControllerHost> logger) : BackgroundService
{
    // The first looks take long because their code is being compiled; nobody should wait for that twice.
    private const int WarmUp = 50;

    private static readonly TimeSpan LongWork = TimeSpan.FromMilliseconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var loops = new List<Task>();
        foreach (var controller in controllers)
        {
            var queue = new WorkQueue();
            controller.Watch(informers, queue);
            loops.Add(Task.Run(() => RunAsync(controller, queue, stoppingToken), stoppingToken));
        }

        loops.Add(Task.Run(() => informers.RunAsync(stoppingToken), stoppingToken));
        return Task.WhenAll(loops);
    }

    /// <summary>An object that takes long, such as a ReplicaSet of hundreds of pods, is looked at for a fifth of the time at most.</summary>
    private static TimeSpan Pause(TimeSpan taken) =>
        taken < LongWork ? TimeSpan.Zero : taken * 4 < LongestPause ? taken * 4 : LongestPause;

    private async Task RunAsync(IController controller, WorkQueue queue, CancellationToken cancellation)
    {
        for (var count = 0; ; count++)
        {
            var key = await queue.TakeAsync(cancellation);
            var succeeded = false;
            var started = Stopwatch.GetTimestamp();
            try
            {
                await controller.ReconcileAsync(key, cancellation);
                succeeded = true;
            }
            catch (ApiException e) when (e.Code is 404 or 409)
            {
                // Somebody else wrote or deleted it in between: look again.
                logger.LogDebug("{Controller} {Key}: {Message}", controller.Name, key, e.Message);
            }
            catch (ApiException e)
            {
                logger.LogInformation("{Controller} {Key}: {Message}", controller.Name, key, e.Message);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                logger.LogError(e, "{Controller} {Key} failed, and is tried again", controller.Name, key);
            }

            queue.Done(key, succeeded, count < WarmUp ? TimeSpan.Zero : Pause(Stopwatch.GetElapsedTime(started)));
        }
    }
}
