using System.Text.Json.Nodes;
using Provisioner.Kubernetes;

namespace Provisioner.Clusters.Existing;

/// <summary>Tells what the lab has put into somebody's cluster from what was there: the inventory is kept in the cluster, on the objects themselves.</summary>
internal static class Ownership
{
    /// <summary>On namespaces that a lab made, with the lab's name; everything in such a namespace is the lab's.</summary>
    public const string Label = "lab.dev/lab";

    /// <summary>Whether the lab made it: by its label, or by the mark of an applied manifest.</summary>
    public static bool Is(JsonObject item) => item.Label(Label) is not null || item.Annotation(ManifestApplier.VersionAnnotation) is not null;
}
