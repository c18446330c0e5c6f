using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace OfflineHosting.Tests;

/// <summary>Small shell programs as resources.</summary>
internal static class Shell
{
    public static IDistributedApplicationBuilder NewApplication() =>
        DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });

    public static IResourceBuilder<ExecutableResource> AddShell(this IDistributedApplicationBuilder builder, string name, string script) =>
        builder.AddExecutable(name, "/bin/sh", Path.GetTempPath(), "-c", script);

    public static CustomResourceSnapshot StateOf(this DistributedApplication application, string resource) =>
        application.ResourceNotifications.TryGetCurrentState(resource, out var state) ? state.Snapshot : throw new KeyNotFoundException(resource);

    public static Task ReachesAsync(this DistributedApplication application, string resource, string state)
    {
        var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        return application.ResourceNotifications.WaitForResourceAsync(resource, state, limit.Token);
    }

    public static async Task<IReadOnlyList<string>> LinesAsync(this DistributedApplication application, string resource, Func<IReadOnlyList<string>, bool> enough)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        var lines = new List<string>();
        await foreach (var batch in application.Loggers.WatchAsync(resource).WithCancellation(limit.Token))
        {
            // Each line begins with its time.
            lines.AddRange(batch.Select(line => line.Content[(line.Content.IndexOf(' ') + 1)..]));
            if (enough(lines))
            {
                break;
            }
        }

        return lines;
    }
}
