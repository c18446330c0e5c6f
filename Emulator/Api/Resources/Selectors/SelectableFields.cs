using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>The fields by which objects of a type can be selected, besides name and namespace.</summary>
internal static class SelectableFields
{
    private static readonly Dictionary<ResourceType, string[]> Known = new()
    {
        [KnownTypes.Pods] =
        [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP",
            "status.podIPs", "status.nominatedNodeName",
        ],
        [KnownTypes.Nodes] = ["spec.unschedulable"],
        [KnownTypes.Namespaces] = ["status.phase"],
        [KnownTypes.Secrets] = ["type"],
        [KnownTypes.Services] = ["spec.clusterIP", "spec.type"],
        [KnownTypes.ReplicaSets] = ["status.replicas"],
        [new("", "replicationcontrollers")] = ["status.replicas"],
        [new("batch", "jobs")] = ["status.successful"],
        [new("certificates.k8s.io", "certificatesigningrequests")] = ["spec.signerName"],
        [KnownTypes.Events] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
            "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
        ],
        [new("events.k8s.io", "events")] =
        [
            "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion", "regarding.resourceVersion",
            "regarding.fieldPath", "reason", "reportingController", "type",
        ],
    };

    public static IReadOnlyList<string> Of(ResourceDefinition definition) => Known.GetValueOrDefault(definition.Type) ?? definition.SelectableFields;

    /// <summary>What an absent field compares as.</summary>
    public static string Default(string field) => field is "spec.unschedulable" or "spec.hostNetwork" ? "false" : "";

    public static string Refusal(ResourceDefinition definition, string field) =>
        definition.CustomResourceDefinition is not null || definition.Type == KnownTypes.Pods || definition.Type == KnownTypes.Nodes || definition.Type == KnownTypes.Events
            || definition.Type == KnownTypes.Namespaces || definition.Type == KnownTypes.Secrets || definition.Type == KnownTypes.Services
            ? $"field label not supported: {field}"
            : $"\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"";
}
