using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Mesh;

/// <summary>Reads the revision of a cluster's mesh as the seed does: from the Deployment that is there.</summary>
internal static class MeshRevision
{
    /// <exception cref="LabException">There is no control plane.</exception>
    public static async Task<string> ReadAsync(LabCluster cluster, CancellationToken cancellation)
    {
        var list = await cluster.Api.ListAsync(KubeResource.Deployments, RemoteSecret.Namespace, "labelSelector=app%3Distiod", cancellation);
        return list["items"].Objects().Select(item => item.Label(MeshLabels.Revision)).FirstOrDefault(label => label is not null)
            ?? throw new LabException(
                $"cluster {cluster.Name} has no Deployment with the label app=istiod in {RemoteSecret.Namespace} that names its revision",
                "Install the mesh: dotnet run --project Provisioner -- stage 4");
    }
}
