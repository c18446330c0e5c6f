using System.Collections.Concurrent;
using AppHost.Resources;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Provisioner.State;

namespace AppHost.Running;

/// <summary>Shows the workloads of the clusters as resources: state, addresses, logs.</summary>
internal sealed class WorkloadMirror(DistributedApplication application, LabControl control, IReadOnlyList<IResource> resources)
{
    private readonly WorkloadResource[] _workloads = [.. resources.OfType<WorkloadResource>()];
    private readonly Dictionary<string, WorkloadState> _shown = [];
    private readonly ConcurrentDictionary<string, bool> _logged = [];
    private (string? Running, int Stage) _offered = (null, -1);

    public async Task ShowAsync(LabState state, CancellationToken cancellationToken)
    {
        foreach (var resource in _workloads)
        {
            var found = state.Workloads.FirstOrDefault(w => w.Cluster == resource.Cluster && w.Name == resource.Workload)
                ?? new WorkloadState(resource.Cluster, resource.Workload, "Deployment", 0, 0, KnownResourceStates.NotStarted, "", []);
            if (!Same(_shown.GetValueOrDefault(resource.Name), found))
            {
                _shown[resource.Name] = found;
                await application.ResourceNotifications.PublishUpdateAsync(resource, s => Update(s, found));
            }

            if (found.State == KnownResourceStates.Running && _logged.TryAdd(resource.Name, true))
            {
                _ = Task.Run(() => FollowLogsAsync(resource, cancellationToken), cancellationToken);
            }
        }

        await OfferCommandsAsync(state);
    }

    // Whether a command applies is asked when its resource is published: a change of the lab's own state has to publish them all.
    private async Task OfferCommandsAsync(LabState state)
    {
        if (_offered == (state.Running, state.Stage))
        {
            return;
        }

        _offered = (state.Running, state.Stage);
        foreach (var resource in resources)
        {
            await application.ResourceNotifications.PublishUpdateAsync(resource, s => s);
        }
    }

    private static bool Same(WorkloadState? a, WorkloadState b) => a is not null && a with { Urls = b.Urls } == b && a.Urls.SequenceEqual(b.Urls);

    private static CustomResourceSnapshot Update(CustomResourceSnapshot old, WorkloadState found) => old with
    {
        State = found.State switch
        {
            "Running" => KnownResourceStates.Running,
            "Starting" => KnownResourceStates.Starting,
            "NotStarted" => KnownResourceStates.NotStarted,
            _ => new ResourceStateSnapshot(found.State, KnownResourceStateStyles.Warn),
        },
        StartTimeStamp = found.State == "Running" ? old.StartTimeStamp ?? DateTime.UtcNow : old.StartTimeStamp,
        Urls = [.. found.Urls.Select(u => new UrlSnapshot(null, u, IsInternal: false))],
        Properties =
        [
            .. old.Properties.Where(p => p.Name is not ("pods" or "message")),
            new("pods", $"{found.Ready}/{found.Desired}"),
            new("message", found.Message),
        ],
    };

    private async Task FollowLogsAsync(WorkloadResource resource, CancellationToken cancellationToken)
    {
        var logger = application.Services.GetRequiredService<ResourceLoggerService>().GetLogger(resource);
        try
        {
            await foreach (var line in control.LogsAsync(resource.Cluster, resource.Workload, cancellationToken))
            {
                logger.LogInformation("{Line}", line);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // The provisioner is gone; its next start is followed anew.
        }

        _logged.TryRemove(resource.Name, out _);
    }
}
