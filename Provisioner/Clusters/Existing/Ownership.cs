using System.Text.Json.Nodes;
using Provisioner.Kubernetes;

namespace Provisioner.Clusters.Existing;

/// <summary>Tells what the lab has put into somebody's cluster from what was there: the inventory is kept in the cluster, on the objects themselves.</summary>
internal static class Ownership
{
    /// <summary>On namespaces that a lab made, with the lab's name; everything in such a namespace is the lab's.</summary>
    public const string Label = "lab.dev/lab";

    private const string HelmRelease = "meta.helm.sh/release-name";

    /// <summary>Whether the lab made it: by its label, by the mark of an applied manifest, or as part of one of the lab's Helm releases.</summary>
    public static bool Is(JsonObject item) =>
        item.Label(Label) is not null
        || item.Annotation(ManifestApplier.VersionAnnotation) is not null
        || item.Annotation(HelmRelease) is Mesh.Istio.IstioChart.Base or Mesh.Istio.IstioChart.Istiod;
}
