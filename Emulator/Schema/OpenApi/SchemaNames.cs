using Emulator.Schema.Model;

namespace Emulator.Schema.OpenApi;

/// <summary>Names schemas in OpenAPI documents: <c>io.k8s.api.apps.v1.Deployment</c>.</summary>
/// <remarks>Models do not say which package they are from; what is reached through a pod template or an object reference is of the core group.</remarks>
internal static class SchemaNames
{
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private static readonly HashSet<string> MetaTypes =
    [
        "ObjectMeta", "ListMeta", "LabelSelector", "LabelSelectorRequirement", "OwnerReference", "ManagedFieldsEntry", "Condition", "Status", "StatusDetails",
        "StatusCause", "DeleteOptions", "Preconditions", "FieldSelectorRequirement",
    ];

    private static readonly HashSet<string> CoreTypes =
    [
        "PodTemplateSpec", "PodSpec", "ObjectReference", "LocalObjectReference", "TypedLocalObjectReference", "NodeSelector", "PersistentVolumeClaim",
        "PersistentVolumeSpec", "EventSource", "TopologySelectorTerm", "Toleration", "SecretReference", "PersistentVolumeClaimSpec",
    ];

    /// <summary>The name of a struct that was reached from a schema of the given package.</summary>
    public static string For(SchemaNode node, string package) =>
        MetaTypes.Contains(node.StructName) ? Meta + node.StructName
        : CoreTypes.Contains(node.StructName) ? $"io.k8s.api.core.v1.{node.StructName}"
        : $"{package}.{node.StructName}";

    /// <summary>The package part of a schema's name.</summary>
    public static string PackageOf(string name) => name[..name.LastIndexOf('.')];

    public static string Package(string group, string version) => group switch
    {
        "" => $"io.k8s.api.core.{version}",
        "apiextensions.k8s.io" => $"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.{version}",
        "apiregistration.k8s.io" => $"io.k8s.kube-aggregator.pkg.apis.apiregistration.{version}",
        _ => $"io.k8s.api.{group.Split('.')[0]}.{version}",
    };
}
