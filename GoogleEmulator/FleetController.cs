using System.Collections.Concurrent;
using GoogleEmulator.Container;
using GoogleEmulator.Ingress;
using GoogleEmulator.Mesh;
using GoogleEmulator.Projects;
using GoogleEmulator.Routes;
using Provisioner.Kubernetes;

namespace GoogleEmulator;

/// <summary>Brings about in the clusters what was asked for through the APIs: paths, meshes, the global ingress. Acts on changes, and looks again after a while.</summary>
internal sealed class FleetController(
    EmulatorOptions options, ProjectTable projects, ClusterTable clusters, RouteReconciler routes, MeshReconciler mesh, IngressReconciler ingress, ILogger<FleetController> logger)
    : BackgroundService
{
    private readonly SemaphoreSlim changed = new(0, 1);
    private readonly ConcurrentDictionary<string, string> problems = new();

    public override void Dispose()
    {
        changed.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        clusters.Changed += Wake;
        while (true)
        {
            await Task.WhenAll(projects.All.SelectMany(project => Work(project, stoppingToken)));
            await changed.WaitAsync(options.LookAgain, stoppingToken);
        }
    }

    private IEnumerable<Task> Work(Project project, CancellationToken cancellation)
    {
        foreach (var cluster in clusters.All.Where(cluster => cluster.Plan.Project == project.Id && cluster.IsRunning))
        {
            yield return TryAsync($"the paths into {cluster.Plan.Name}", () => routes.ReconcileAsync(project, cluster, cancellation), cancellation);
        }

        yield return TryAsync($"the mesh of {project.Id}", () => mesh.ReconcileAsync(project.Fleet, cancellation), cancellation);
        yield return TryAsync($"the global ingress of {project.Id}", () => ingress.ReconcileAsync(project, cancellation), cancellation);
    }

    // A cluster may end at any moment; what is still wanted is tried again.
    private async Task TryAsync(string what, Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work();
            problems.TryRemove(what, out _);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            if (problems.GetValueOrDefault(what) != e.Message)
            {
                problems[what] = e.Message;
                logger.Log(e is KubeException or ClusterUnreachableException ? LogLevel.Warning : LogLevel.Error, e, "Could not tend {What}: {Message}", what, e.Message);
            }
        }
    }

    private void Wake()
    {
        if (changed.CurrentCount == 0)
        {
            try
            {
                changed.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else woke it at the same moment.
            }
        }
    }
}
