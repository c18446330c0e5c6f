using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;

namespace Aspire.Hosting.Orchestration;

/// <summary>Starts the resources and ends them.</summary>
/// <remarks>Processes come first; all that only shows them (states, dashboard) is made while they start.</remarks>
internal sealed class Orchestrator
{
    private readonly DistributedApplication _application;
    private readonly IReadOnlyList<IResource> _resources;
    private readonly List<IResourceRunner> _runners = [];
    private readonly ContainerNetwork _network;
    private readonly DashboardHost? _dashboard;
    private readonly ProcessGuard _guard = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _background = Task.CompletedTask;
    private Task? _stop;

    public Orchestrator(DistributedApplication application, IReadOnlyList<IResource> resources, DashboardSettings dashboard)
    {
        _application = application;
        _resources = resources;
        _dashboard = dashboard.Enabled ? new DashboardHost(application, dashboard, _guard) : null;
        foreach (var executable in resources.OfType<ExecutableResource>())
        {
            var runner = new ExecutableRunner(executable, application.ResourceNotifications, application.Loggers.Console(executable.Name), _guard);
            _runners.Add(runner);
            LifecycleCommands.AddTo(executable, runner);
        }

        _network = new ContainerNetwork(NameOf(dashboard.ApplicationName));
        var suffix = RandomNumberGenerator.GetHexString(8, lowercase: true);
        foreach (var container in resources.OfType<ContainerResource>())
        {
            var runner = new ContainerRunner(
                container, $"{container.Name}-{suffix}", application.ResourceNotifications, application.Loggers.Console(container.Name), _network);
            _runners.Add(runner);
            LifecycleCommands.AddTo(container, runner);
        }
    }

    public Task StartAsync()
    {
        foreach (var resource in _resources)
        {
            _application.ResourceNotifications.PublishUpdateAsync(resource, s => s);
        }

        // Containers may take minutes to come, with a pull before; nothing waits for them.
        var starts = _runners.ToLookup(r => r is ContainerRunner, r => r.StartAsync());
        _background = Task.Run(() => HealthChecks.RunAsync(_application, _resources, _stopping.Token));
        _dashboard?.Start();
        return Task.WhenAll(starts[false]);
    }

    public Task StopAsync() => _stop ??= EndAsync();

    private async Task EndAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_runners.Select(r => r.EndAsync()));
        await _network.RemoveAsync(CancellationToken.None);
        if (_dashboard is not null)
        {
            await _dashboard.StopAsync();
        }

        await Task.WhenAny(_background, Task.Delay(TimeSpan.FromSeconds(1)));
        _guard.Dispose();
    }

    // Engines take letters, digits and -_. in names.
    private static string NameOf(string application) => new([.. application.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit).Take(32)]);
}
