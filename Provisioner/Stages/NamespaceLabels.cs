using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Kubernetes;

namespace Provisioner.Stages;

/// <summary>Sets which mesh, if any, gives sidecars to a namespace's pods.</summary>
internal static class NamespaceLabels
{
    public static Task SetAsync(LabCluster cluster, string ns, string? revision, CancellationToken cancellation)
    {
        var labels = new JsonObject { [MeshLabels.Injection] = null, [MeshLabels.Revision] = revision };
        return cluster.Api.PatchAsync(
            KubeResource.Namespaces, null, ns, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = labels } }, cancellation);
    }
}
