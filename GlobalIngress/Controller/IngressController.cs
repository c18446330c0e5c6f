using System.Collections.Immutable;
using GlobalIngress.Fleet;
using GlobalIngress.Kubernetes;

namespace GlobalIngress.Controller;

/// <summary>Follows the clusters and passes what they hold to those who act on it.</summary>
internal sealed class IngressController(
    IngressOptions options,
    ConfigCluster config,
    IReadOnlyList<MemberCluster> members,
    Signal changed,
    LoadBalancerFeed feed,
    ConfigReconciler reconciler,
    EventRecorder events,
    EmptyServices empty,
    ILogger<IngressController> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The load balancer listens before the first line of this runs.
        await Task.Yield();
        var workers = members.ToDictionary(member => member.Member, member => new DerivedServiceWorker(member, events, logger));
        var work = Task.WhenAll(
        [
            config.RunAsync(stoppingToken),
            .. members.Select(member => member.RunAsync(stoppingToken)),
            .. workers.Values.Select(worker => worker.RunAsync(stoppingToken)),
            events.RunAsync(stoppingToken),
            reconciler.RunAsync(stoppingToken),
            empty.RunAsync(stoppingToken),
            PassOnAsync(new FleetReader(config, members, options.DialThroughApi), workers, stoppingToken),
        ]);
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends, perhaps because its port could not be had: that is told elsewhere.
        }
    }

    private async Task PassOnAsync(FleetReader reader, Dictionary<Member, DerivedServiceWorker> workers, CancellationToken stopping)
    {
        while (true)
        {
            await changed.WaitAsync(stopping);
            try
            {
                PassOn(reader, workers);
            }
            catch (Exception error)
            {
                // One object that nobody foresaw must not end the traffic of the others.
                logger.LogError(error, "What the clusters hold could not be read; the load balancer stays as it was");
            }
        }
    }

    private void PassOn(FleetReader reader, Dictionary<Member, DerivedServiceWorker> workers)
    {
        if (reader.Read() is not { } view)
        {
            return;
        }

        feed.Apply(view);
        foreach (var (member, worker) in workers)
        {
            worker.Want(view.Services.Where(state => state.Members.Contains(member))
                .ToImmutableDictionary(state => state.Derived.Key, state => (state.Derived, state.Service.Source)));
        }

        reconciler.Take(view);
        empty.Take(view);
    }
}
