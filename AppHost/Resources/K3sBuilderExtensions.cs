using System.Globalization;
using AppHost.K3s;
using AppHost.Running;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Provisioner.Plan;

namespace AppHost.Resources;

/// <summary>k3s clusters as container resources, in the words of CommunityToolkit.Aspire.Hosting.K3s.</summary>
/// <remarks>The toolkit's own resource shares the host's control groups, which two clusters on one machine do not survive.</remarks>
internal static class K3sBuilderExtensions
{
    /// <summary>Adds a cluster of one server, which runs pods too, with its API on a port of this machine.</summary>
    /// <param name="owner">The process that the containers end with, for the label that later labs read.</param>
    public static IResourceBuilder<K3sClusterResource> AddK3sCluster(
        this IDistributedApplicationBuilder builder, K3sPlan lab, ClusterPlan cluster, string owner, string token)
    {
        var node = $"{cluster.Name}-server";
        return builder.AddResource(new K3sClusterResource(cluster.Name, lab, cluster))
            .AsNode(lab, cluster.K3s!.Server, node, owner, token)
            .WithArgs([.. K3sNode.ServerArguments(lab, cluster, node)])
            .WithEndpoint(port: cluster.ApiPort, targetPort: cluster.K3s.ApiPort, scheme: "https", name: "api", isProxied: false);
    }

    /// <summary>Adds further nodes, one container each.</summary>
    public static IResourceBuilder<K3sClusterResource> WithAgents(this IResourceBuilder<K3sClusterResource> cluster, string owner, string token, IReadOnlyList<string> archives)
    {
        var (lab, plan) = (cluster.Resource.Lab, cluster.Resource.Plan);
        for (var number = 1; number <= plan.K3s!.Agents.Count; number++)
        {
            var node = string.Create(CultureInfo.InvariantCulture, $"{plan.Name}-agent-{number}");
            cluster.ApplicationBuilder.AddResource(new K3sAgentResource(node, cluster.Resource))
                .AsNode(lab, plan.K3s.Agents[number - 1], node, owner, token)
                .WithArgs([.. K3sNode.AgentArguments(lab, plan, node)])
                .WithImageArchives(archives)
                .WithIconName("Server")
                .WithParentRelationship(cluster);
        }

        return cluster;
    }

    /// <summary>Lets a node import image archives at its start, in place of pulling.</summary>
    public static IResourceBuilder<T> WithImageArchives<T>(this IResourceBuilder<T> node, IReadOnlyList<string> archives)
        where T : ContainerResource
    {
        foreach (var archive in archives)
        {
            node.WithBindMount(archive, $"{K3sNode.ImageFolder}/{Path.GetFileName(archive)}", isReadOnly: true);
        }

        return node;
    }

    /// <summary>Shows a Service of type LoadBalancer on a port of this machine, which stands for the same port of the server's node.</summary>
    public static IResourceBuilder<K3sClusterResource> AddServiceEndpoint(this IResourceBuilder<K3sClusterResource> cluster, string name, int servicePort, int port) =>
        cluster.WithEndpoint(port: port, targetPort: servicePort, scheme: "http", name: name, isProxied: false);

    /// <summary>A chart of the cluster; the provisioner installs it in its stage.</summary>
    public static IResourceBuilder<WorkloadResource> AddHelmRelease(
        this IResourceBuilder<K3sClusterResource> cluster, string name, string chart, string icon, LabControl control) =>
        cluster.ApplicationBuilder.AddWorkload(new HelmReleaseResource(name, cluster.Resource), cluster, icon, control, ("chart", chart));

    /// <summary>A manifest of the cluster; the provisioner applies it in its stage.</summary>
    public static IResourceBuilder<WorkloadResource> AddK8sManifest(
        this IResourceBuilder<K3sClusterResource> cluster, string name, string path, string icon, LabControl control) =>
        cluster.ApplicationBuilder.AddWorkload(new K8sManifestResource(name, cluster.Resource), cluster, icon, control, ("manifest", path));

    private static IResourceBuilder<T> AsNode<T>(this IResourceBuilder<T> container, K3sPlan lab, string name, string node, string owner, string token)
        where T : ContainerResource
    {
        container
            .WithImage(lab.K3sImage)
            .WithImagePullPolicy(lab.BundleDirectory is null ? ImagePullPolicy.Missing : ImagePullPolicy.Never)
            .WithContainerName(name)
            .WithContainerRuntimeArgs([.. K3sNode.RuntimeArguments(lab, node, owner)])
            .WithEntrypoint("/bin/sh")
            .WithArgs("-c", K3sNode.Entrypoint, "k3s")
            .WithEnvironment("K3S_TOKEN", token);
        foreach (var (volume, target) in K3sNode.Volumes)
        {
            container.WithVolume($"{name}-{volume}", target);
        }

        return container;
    }
}
