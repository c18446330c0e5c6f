using Provisioner.Clusters;
using Provisioner.Modes;
using Provisioner.Plan;

namespace Provisioner.Commands;

/// <summary>What commands on Google Cloud need that run without the provisioner of a lab.</summary>
internal static class CloudServices
{
    public static ServiceProvider Of(LabPlan plan)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(plan);
        services.AddSingleton<Lab>();
        services.AddSingleton<LabKubeconfig>();
        new CloudMode(plan.Mode).AddDrivers(services);
        return services.BuildServiceProvider();
    }
}
