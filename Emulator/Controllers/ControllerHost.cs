using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Runs all control loops of the cluster.</summary>
internal sealed class ControllerHost(IEnumerable<IController> controllers, Informers informers, ILogger<ControllerHost> logger) : BackgroundService
{
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

    private async Task RunAsync(IController controller, WorkQueue queue, CancellationToken cancellation)
    {
        while (true)
        {
            var key = await queue.TakeAsync(cancellation);
            var succeeded = false;
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

            queue.Done(key, succeeded);
        }
    }
}
