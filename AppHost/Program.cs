using System.Diagnostics;
using AppHost.K3s;
using AppHost.Options;
using AppHost.Preparation;
using AppHost.Resources;
using AppHost.Running;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Provisioner;
using ServiceDefaults;

LoopbackProxy.Exempt();
if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(CommandLineSwitches.Help);
    return 0;
}

if (args is [Reaper.Switch, var engine, var id])
{
    return await Reaper.RunAsync(engine, id);
}

if (LabOptionsReader.Read(args, out var errors) is not { } options)
{
    Console.Error.WriteLine($"The lab does not start:\n- {string.Join("\n- ", errors)}");
    return 2;
}

try
{
    using var thisProcess = Process.GetCurrentProcess();
    await using var lab = await LabSetup.PrepareAsync(options, thisProcess.StartTime, Console.WriteLine);
    using var control = new LabControl(lab.Plan.Directory);
    if (!CloudSetup.IsAgreed(lab.Plan))
    {
        return 1;
    }

    var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        Args = lab.Dashboard?.Settings,
        DisableDashboard = lab.Dashboard is null,
        AllowUnsecuredTransport = true,
        DashboardApplicationName = lab.Plan.Name,
    });

    var resources = new List<IResource>();
    if (lab.Plan.Cloud is not null)
    {
        resources.AddRange(builder.AddCloudLab(lab, control));
    }

    foreach (var plan in lab.Plan.Cloud is null ? lab.Plan.Clusters : [])
    {
        if (plan.K3s is null)
        {
            IResourceBuilder<IResource> cluster = plan.Existing is null ? builder.AddEmbeddedCluster(lab, plan, control) : builder.AddExistingCluster(plan, control);
            resources.Add(cluster.Resource);
            resources.Add(builder.AddWorkload(cluster, "istiod", "Flow", control).Resource);
            resources.Add(builder.AddWorkload(cluster, "whereami", "Location", control).Resource);
            resources.Add(builder.AddWorkload(cluster, "gateway", "DoorArrowRight", control).Resource);
        }
        else
        {
            var cluster = builder.AddK3sCluster(lab, plan, control);
            resources.Add(cluster.Resource);
            resources.Add(cluster.AddHelmRelease("istiod", "istio/istiod", "Flow", control).Resource);
            resources.Add(cluster.AddK8sManifest("whereami", "kube/whereami.yaml", "Location", control).Resource);
            resources.Add(cluster.AddK8sManifest("gateway", "kube/istio-ingressgateway", "DoorArrowRight", control).Resource);
        }
    }

    if (lab.Plan.Cloud is null)
    {
        resources.Add(builder.AddProvisioner(lab, control).Resource);
        resources.Add(builder.AddGlobalIngress(lab).Resource);
    }

    await using var application = builder.Build();
    return await new LabRun(lab, control, resources).RunAsync(application);
}
catch (LabException e)
{
    Console.Error.WriteLine($"{e.Message} {e.Cure}");
    return 2;
}
