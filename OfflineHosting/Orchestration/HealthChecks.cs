using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Orchestration;

/// <summary>Runs the health checks of running resources again and again and publishes what they say.</summary>
internal static class HealthChecks
{
    private static readonly TimeSpan s_whileUnhealthy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_whileHealthy = TimeSpan.FromSeconds(5);

    public static Task RunAsync(DistributedApplication application, IReadOnlyList<IResource> resources, CancellationToken cancellationToken)
    {
        var checkedResources = resources.Where(r => r.Annotations.OfType<HealthCheckAnnotation>().Any()).ToArray();
        return Task.WhenAll(checkedResources.Select(r => FollowAsync(application, r, cancellationToken)));
    }

    private static async Task FollowAsync(DistributedApplication application, IResource resource, CancellationToken cancellationToken)
    {
        var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(h => h.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var checks = application.Services.GetRequiredService<HealthCheckService>();
        try
        {
            while (true)
            {
                await application.ResourceNotifications.WaitForResourceAsync(resource.Name, KnownResourceStates.Running, cancellationToken);
                var report = await checks.CheckHealthAsync(r => keys.Contains(r.Name), cancellationToken);
                await application.ResourceNotifications.PublishUpdateAsync(resource, s => s with
                {
                    HealthReports = [.. report.Entries.Select(e => Report(e.Key, e.Value))],
                });
                await Task.Delay(report.Status == HealthStatus.Healthy ? s_whileHealthy : s_whileUnhealthy, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The application ends.
        }
    }

    private static HealthReportSnapshot Report(string key, HealthReportEntry entry) =>
        new(key, entry.Status, entry.Description, entry.Exception?.ToString()) { LastRunAt = DateTime.UtcNow };
}
