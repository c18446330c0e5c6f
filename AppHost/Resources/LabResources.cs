using AppHost.Preparation;
using AppHost.Running;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Provisioner.Plan;

namespace AppHost.Resources;

/// <summary>The lab's resources: processes, and what the provisioner puts into the clusters.</summary>
internal static class LabResources
{
    /// <summary>A cluster: the Kubernetes API, its nodes and its mesh in one process.</summary>
    public static IResourceBuilder<ExecutableResource> AddEmbeddedCluster(
        this IDistributedApplicationBuilder builder, LabSetup lab, ClusterPlan cluster, LabControl control)
    {
        var index = lab.Plan.Clusters.TakeWhile(c => c.Name != cluster.Name).Count();
        string[] arguments =
        [
            "--name", cluster.Name,
            "--cluster-name", cluster.ClusterName,
            "--project", lab.Plan.Project,
            "--location", cluster.Location,
            "--pod-cidr", cluster.PodCidr,
            "--service-cidr", cluster.ServiceCidr,
            "--api-port", $"{cluster.ApiPort}",
            "--state-directory", Path.GetDirectoryName(cluster.Kubeconfig)!,
            "--publish", $"{lab.Plan.GatewayNamespace}/istio-ingressgateway:80={cluster.GatewayPort}",
            .. lab.Options.Keep ? new[] { "--keep" } : [],
            .. lab.Addresses is { } addresses ? new[] { "--load-balancer-base", addresses.Base(index) } : [],
        ];
        // Not interpolated in place: WithUrl takes an interpolated string for an expression over resources.
        var api = $"https://127.0.0.1:{cluster.ApiPort}";
        return builder.AddLabProgram(lab, cluster.Name, "Emulator", arguments)
            // Where the processor's caches are hidden, as in many virtual machines, .NET collects every 2 MB; only the environment changes that.
            .WithEnvironment("DOTNET_GCgen0size", "0x1000000")
            .WithUrl(api, "Kubernetes API")
            .AsCluster(control, cluster);
    }

    /// <summary>A cluster: k3s in a container per node.</summary>
    public static IResourceBuilder<K3sClusterResource> AddK3sCluster(
        this IDistributedApplicationBuilder builder, LabSetup lab, ClusterPlan cluster, LabControl control)
    {
        var k3s = lab.K3s!;
        return builder.AddK3sCluster(lab.Plan.K3s!, cluster, lab.Owner.ToString(), k3s.Token)
            .WithImageArchives(k3s.Archives)
            .WithAgents(lab.Owner.ToString(), k3s.Token, k3s.Archives)
            .AddServiceEndpoint("gateway", servicePort: 80, cluster.GatewayPort)
            .AsCluster(control, cluster);
    }

    /// <summary>A cluster that was there before the lab and outlives it.</summary>
    public static IResourceBuilder<ExistingClusterResource> AddExistingCluster(
        this IDistributedApplicationBuilder builder, ClusterPlan cluster, LabControl control) =>
        builder.AddResource(new ExistingClusterResource(cluster.Name))
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "Cluster",
                Properties = [new ResourcePropertySnapshot("context", cluster.Existing!.Context)],
                State = KnownResourceStates.Running,
                CreationTimeStamp = DateTime.UtcNow,
            })
            .AsCluster(control, cluster);

    /// <summary>Runs the stages, and the verbs after them.</summary>
    public static IResourceBuilder<ExecutableResource> AddProvisioner(this IDistributedApplicationBuilder builder, LabSetup lab, LabControl control) =>
        builder.AddLabProgram(lab, "provisioner", "Provisioner", ["serve", "--lab", lab.Plan.Directory])
            .WithIconName("ClipboardTaskList")
            .WithProvisionerCommands(control);

    /// <summary>The controller of MultiClusterIngress and the load balancer behind the VIP.</summary>
    public static IResourceBuilder<ExecutableResource> AddGlobalIngress(this IDistributedApplicationBuilder builder, LabSetup lab)
    {
        var plan = lab.Plan;
        string[] arguments =
        [
            "--config-cluster", plan.ConfigCluster,
            "--kubeconfig", Path.Combine(plan.Directory, "kubeconfig"),
            .. plan.Clusters.SelectMany(c => new[] { "--member", $"{c.Name}={c.Location}/{c.ClusterName}" }),
            "--project", plan.Project,
            "--vip-port", $"{plan.VipPort}",
            .. lab.Addresses is { } addresses ? new[] { "--vip-address", addresses.Vip } : [],

            // This machine has no route to pods in containers or far away.
            .. plan.K3s is not null || plan.Existing is not null ? new[] { "--dial-pods", "api" } : [],
        ];
        return builder.AddLabProgram(lab, "global-ingress", "GlobalIngress", arguments)
            .WithUrl(plan.VipUrl, "VIP")
            .WithIconName("Globe");
    }

    /// <summary>What runs inside a cluster, shown below it.</summary>
    public static IResourceBuilder<WorkloadResource> AddWorkload(
        this IDistributedApplicationBuilder builder, IResourceBuilder<IResource> cluster, string workload, string icon, LabControl control) =>
        builder.AddWorkload(new WorkloadResource(cluster.Resource.Name, workload), cluster, icon, control);

    /// <param name="property">What the workload is made from.</param>
    public static IResourceBuilder<WorkloadResource> AddWorkload(
        this IDistributedApplicationBuilder builder,
        WorkloadResource workload,
        IResourceBuilder<IResource> cluster,
        string icon,
        LabControl control,
        (string Name, string Value)? property = null) =>
        builder.AddResource(workload)
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = workload switch
                {
                    HelmReleaseResource => "Helm release",
                    K8sManifestResource => "Manifest",
                    _ => "Workload",
                },
                Properties = property is { } made ? [new ResourcePropertySnapshot(made.Name, made.Value)] : [],
                State = KnownResourceStates.NotStarted,
                CreationTimeStamp = DateTime.UtcNow,
            })
            .WithIconName(icon)
            .WithParentRelationship(cluster)
            .WithWorkloadCommands(control);

    private static IResourceBuilder<T> AsCluster<T>(this IResourceBuilder<T> cluster, LabControl control, ClusterPlan plan)
        where T : IResource
    {
        var check = $"{plan.Name}-api";
        cluster.ApplicationBuilder.Services.AddHealthChecks().AddCheck(check, () => Health(plan.Name, control));
        return cluster.WithHealthCheck(check).WithIconName("Server").WithClusterCommands(control, plan);
    }

    private static HealthCheckResult Health(string cluster, LabControl control) =>
        control.Current?.ClustersHealth.FirstOrDefault(c => c.Name == cluster) switch
        {
            { Ready: true } healthy => HealthCheckResult.Healthy(healthy.Message),
            { } unhealthy => HealthCheckResult.Unhealthy(unhealthy.Message),
            null => HealthCheckResult.Unhealthy("The provisioner has not asked it yet."),
        };

    /// <summary>One of the lab's own programs, which ends with the lab and tells the dashboard what it does.</summary>
    public static IResourceBuilder<ExecutableResource> AddLabProgram(
        this IDistributedApplicationBuilder builder, LabSetup lab, string name, string project, string[] arguments)
    {
        var program = Programs.Find(project);
        var resource = builder.AddExecutable(name, program, lab.Plan.Directory, arguments)
            .WithEnvironment("LAB_DIRECTORY", lab.Plan.Directory)
            .WithEnvironment("LAB_OWNER", lab.Owner.ToString())
            .WithEnvironment("DOTNET_ROOT", DotnetRoot.Path)
            // glibc keeps a heap per thread; the just-in-time compiler fills each of them once and never again.
            .WithEnvironment("MALLOC_ARENA_MAX", "1");
        if (lab.Dashboard is null)
        {
            return resource;
        }

        // The dashboard comes up after the processes: what they have to tell meanwhile waits in their exporters.
        return resource.WithOtlpExporter().WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory");
    }
}
