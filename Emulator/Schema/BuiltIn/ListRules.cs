using System.Collections.Frozen;

namespace Emulator.Schema.BuiltIn;

/// <summary>How the lists and maps of built-in types are merged, where that differs from the rule "replaced whole".</summary>
internal static class ListRules
{
    // One line per key: fields whose items have it. `+` at the end: strategic merge patches match by its first key too.
    private const string KeyedLists = """
        name+ Container.env PodSpec.volumes PodSpec.initContainers PodSpec.containers PodSpec.ephemeralContainers PodSpec.imagePullSecrets
        name+ PodSpec.schedulingGates PodSpec.resourceClaims PodStatus.resourceClaimStatuses ServiceAccount.secrets ContainerStatus.allocatedResourcesStatus
        name+ EphemeralContainer.env ValidatingAdmissionPolicySpec.matchConditions ValidatingAdmissionPolicySpec.variables CSINodeSpec.drivers
        name+ ValidatingWebhookConfiguration.webhooks MutatingWebhookConfiguration.webhooks ValidatingWebhook.matchConditions MutatingWebhook.matchConditions
        name ResourceRequirements.claims
        containerPort,protocol+ Container.ports EphemeralContainer.ports
        port,protocol+ ServiceSpec.ports
        mountPath+ Container.volumeMounts EphemeralContainer.volumeMounts ContainerStatus.volumeMounts
        devicePath+ Container.volumeDevices EphemeralContainer.volumeDevices
        resourceID ResourceStatus.resources
        ip+ PodSpec.hostAliases PodStatus.podIPs
        uid+ ObjectMeta.ownerReferences
        topologyKey,whenUnsatisfiable+ PodSpec.topologySpreadConstraints
        type+ PersistentVolumeClaimStatus.conditions PodStatus.conditions ReplicationControllerStatus.conditions ServiceStatus.conditions
        type+ NodeStatus.conditions NodeStatus.addresses NamespaceStatus.conditions ComponentStatus.conditions StatefulSetStatus.conditions
        type+ DeploymentStatus.conditions DaemonSetStatus.conditions ReplicaSetStatus.conditions HorizontalPodAutoscalerStatus.conditions
        type+ PodDisruptionBudgetStatus.conditions
        type CertificateSigningRequestStatus.conditions CustomResourceDefinitionStatus.conditions APIServiceStatus.conditions
        type ValidatingAdmissionPolicyStatus.conditions
        """;

    private static readonly FrozenSet<string> Sets =
    [
        "NodeSpec.podCIDRs", "ObjectMeta.finalizers", "Endpoint.addresses", "UncountedTerminatedPods.succeeded", "UncountedTerminatedPods.failed",
        "PodFailurePolicyOnExitCodesRequirement.values", "CSIDriverSpec.volumeLifecycleModes", "ValidatingAdmissionPolicyBindingSpec.validationActions",
    ];

    // Merged by a strategic merge patch, yet of one owner in server-side apply.
    private static readonly FrozenDictionary<string, string> PatchOnly =
        new Dictionary<string, string> { ["PodStatus.hostIPs"] = "ip", ["JobStatus.conditions"] = "type" }.ToFrozenDictionary();

    private static readonly FrozenSet<string> AtomicStructs =
    [
        "ConfigMapKeySelector", "CrossVersionObjectReference", "EndpointAddress", "EndpointPort", "LabelSelector", "LocalObjectReference", "MatchResources",
        "NamedRuleWithOperations", "NodeSelector", "NodeSelectorTerm", "ObjectFieldSelector", "ObjectReference", "OwnerReference", "ParamKind", "ParamRef",
        "ResourceFieldSelector", "RoleRef", "ScopeSelector", "SecretKeySelector", "SecretReference", "ServiceBackendPort", "Subject", "TopologySelectorTerm",
        "TypedLocalObjectReference", "Variable",
    ];

    private static readonly FrozenSet<string> AtomicMaps = ["PodSpec.nodeSelector", "ReplicationControllerSpec.selector", "ServiceSpec.selector"];

    private static readonly FrozenDictionary<string, (string[] Keys, bool Patch)> Keyed = KeyedLists.Split('\n')
        .Select(line => line.Split(' '))
        .SelectMany(words => words.Skip(1).Select(field => (field, Keys: words[0].TrimEnd('+').Split(','), Patch: words[0].EndsWith('+'))))
        .ToFrozenDictionary(entry => entry.field, entry => (entry.Keys, entry.Patch));

    public static bool IsAtomicStruct(string name) => AtomicStructs.Contains(name);

    public static bool IsAtomicMap(string field) => AtomicMaps.Contains(field);

    /// <summary>Fields of structs that a strategic merge patch takes whole.</summary>
    public static bool PatchReplaces(string field) => field == "PodDisruptionBudgetSpec.selector";

    public static bool IsSet(string field) => Sets.Contains(field);

    public static string[]? MapKeys(string field) => Keyed.TryGetValue(field, out var rule) ? rule.Keys : null;

    public static string? PatchMergeKey(string field) =>
        Keyed.TryGetValue(field, out var rule) && rule.Patch ? rule.Keys[0] : PatchOnly.GetValueOrDefault(field);

    /// <summary>Whether a strategic merge patch merges the list: by key, or by value where it holds primitives.</summary>
    public static bool PatchMerges(string field) => PatchMergeKey(field) is not null || field is "NodeSpec.podCIDRs" or "ObjectMeta.finalizers";
}
