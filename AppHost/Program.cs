using System.Diagnostics;
using AppHost.Options;
using AppHost.Preparation;
using AppHost.Resources;
using AppHost.Running;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Provisioner;

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(CommandLineSwitches.Help);
    return 0;
}

if (LabOptionsReader.Read(args, out var errors) is not { } options)
{
    Console.Error.WriteLine($"The lab does not start:\n- {string.Join("\n- ", errors)}");
    return 2;
}

try
{
    using var thisProcess = Process.GetCurrentProcess();
    using var lab = LabSetup.Prepare(options, thisProcess.StartTime, Console.WriteLine);
    using var control = new LabControl(lab.Plan.Directory);

    var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        Args = lab.Dashboard?.Settings,
        DisableDashboard = lab.Dashboard is null,
        AllowUnsecuredTransport = true,
        DashboardApplicationName = lab.Plan.Name,
    });

    var resources = new List<IResource>();
    foreach (var plan in lab.Plan.Clusters)
    {
        var cluster = builder.AddCluster(lab, plan, control);
        resources.Add(cluster.Resource);
        resources.Add(builder.AddWorkload(cluster, "istiod", "Flow", control).Resource);
        resources.Add(builder.AddWorkload(cluster, "whereami", "Location", control).Resource);
        resources.Add(builder.AddWorkload(cluster, "gateway", "DoorArrowRight", control).Resource);
    }

    resources.Add(builder.AddProvisioner(lab, control).Resource);
    resources.Add(builder.AddGlobalIngress(lab).Resource);

    await using var application = builder.Build();
    return await new LabRun(lab, control, resources).RunAsync(application);
}
catch (LabException e)
{
    Console.Error.WriteLine($"{e.Message} {e.Cure}");
    return 2;
}
