using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly List<IResource> _resources = [];

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        Configuration.AddEnvironmentVariables();
        Configuration.AddCommandLine(options.Args ?? []);
        Dashboard = DashboardSettings.Read(Configuration, options);
    }

    public ConfigurationManager Configuration { get; } = new();

    public string AppHostDirectory { get; } = Directory.GetCurrentDirectory();

    public IServiceCollection Services { get; } = new ServiceCollection();

    internal DashboardSettings Dashboard { get; }

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        if (_resources.Exists(r => string.Equals(r.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"Resource '{resource.Name}' is there already. Names of resources are unique, whatever their case.");
        }

        _resources.Add(resource);
        return new ResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build() => new(_resources, Services, Dashboard);
}
