using AppHost.Preparation;
using AppHost.Running;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Provisioner.Plan;

namespace AppHost.Resources;

/// <summary>The resources of a lab on Google Cloud, and of its rehearsal.</summary>
internal static class CloudResources
{
    /// <summary>Clusters and workloads, gcloud, the provisioner, and in a rehearsal the Google Cloud that it rehearses with.</summary>
    public static IEnumerable<IResource> AddCloudLab(this IDistributedApplicationBuilder builder, LabSetup lab, LabControl control)
    {
        if (lab.Plan.Cloud!.RehearsalDirectory is { } directory)
        {
            yield return builder.AddGoogle(lab, directory).Resource;
        }

        foreach (var plan in lab.Plan.Clusters)
        {
            var cluster = builder.AddCloudCluster(lab, plan);
            yield return cluster.Resource;
            yield return builder.AddWorkload(cluster, "whereami", "Location", control).Resource;
            yield return builder.AddWorkload(cluster, "gateway", "DoorArrowRight", control).Resource;
        }

        yield return builder.AddResource(new GcloudResource()).WithInitialState(State("Log")).WithIconName("WindowConsole").Resource;
        yield return builder.AddProvisioner(lab, control).Resource;
    }

    /// <summary>The emulator of Google's APIs; clusters, mesh and global ingress are behind it.</summary>
    private static IResourceBuilder<ExecutableResource> AddGoogle(this IDistributedApplicationBuilder builder, LabSetup lab, string directory)
    {
        string[] arguments =
        [
            "--directory", directory,
            .. lab.Plan.Clusters.Select(cluster => cluster.Project ?? lab.Plan.Project).Prepend(lab.Plan.Project).Append(lab.Plan.Cloud!.FleetProject)
                .Distinct().SelectMany(project => new[] { "--project", project }),
            "--vip-port", $"{lab.Plan.VipPort}",
            .. lab.Addresses is { } addresses ? new[] { "--vip-address", addresses.Vip, "--load-balancer-base", addresses.Base(0) } : [],
        ];
        return builder.AddLabProgram(lab, "google", "GoogleEmulator", arguments).WithIconName("Cloud");
    }

    private static IResourceBuilder<CloudClusterResource> AddCloudCluster(this IDistributedApplicationBuilder builder, LabSetup lab, ClusterPlan cluster)
    {
        var resource = builder.AddResource(new CloudClusterResource(cluster.Name)).WithInitialState(State("GKE cluster")).WithIconName("Server");
        var console = $"https://console.cloud.google.com/kubernetes/clusters/details/{cluster.Location}/{cluster.ClusterName}/details?project={cluster.Project ?? lab.Plan.Project}";
        return lab.Plan.Cloud!.RehearsalDirectory is null ? resource.WithUrl(console, "Google Cloud console") : resource;
    }

    private static CustomResourceSnapshot State(string type) => new()
    {
        ResourceType = type,
        Properties = [],
        State = KnownResourceStates.NotStarted,
        CreationTimeStamp = DateTime.UtcNow,
    };
}
