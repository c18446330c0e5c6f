using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>The application: its resources, running.</summary>
public class DistributedApplication : IAsyncDisposable
{
    private readonly Orchestrator _orchestrator;
    private readonly ApplicationLifetime _lifetime = new();
    private readonly LazyServices _services;

    internal DistributedApplication(IReadOnlyList<IResource> resources, IServiceCollection services, DashboardSettings dashboard)
    {
        Resources = resources;
        Loggers = new ResourceLoggerService();
        ResourceNotifications = new ResourceNotificationService();
        ResourceCommands = new ResourceCommandService(ResourceNotifications, Loggers);
        services.AddLogging();
        services.AddSingleton(ResourceNotifications).AddSingleton(Loggers).AddSingleton(ResourceCommands);
        services.AddSingleton<IHostApplicationLifetime>(_lifetime);
        _services = new LazyServices(services);
        _orchestrator = new Orchestrator(this, resources, dashboard);
    }

    public IServiceProvider Services => _services;

    public ResourceNotificationService ResourceNotifications { get; }

    public ResourceCommandService ResourceCommands { get; }

    internal ResourceLoggerService Loggers { get; }

    internal IReadOnlyList<IResource> Resources { get; }

    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder(new DistributedApplicationOptions());

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => CreateBuilder(new DistributedApplicationOptions { Args = args });

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) => new DistributedApplicationBuilder(options);

    /// <summary>Starts everything, and ends everything when the application is told to stop.</summary>
    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        using var signals = new StopSignals(_lifetime);
        using var cancelled = cancellationToken.Register(_lifetime.StopApplication);
        await StartAsync(CancellationToken.None);
        await _lifetime.Stopping;
        await StopAsync(CancellationToken.None);
    }

    public void Run() => RunAsync().GetAwaiter().GetResult();

    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _orchestrator.StartAsync();
        _lifetime.NotifyStarted();
    }

    public virtual async Task StopAsync(CancellationToken cancellationToken = default)
    {
        _lifetime.StopApplication();
        await _orchestrator.StopAsync();
        _lifetime.NotifyStopped();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _services.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
