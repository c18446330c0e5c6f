namespace Emulator.Storage;

/// <summary>When a step of admission runs: in the order of this list, steps of one phase in the order of their registration.</summary>
/// <remarks>As in Kubernetes all that changes an object comes before all that judges it, and what takes something away from others comes last.</remarks>
internal enum AdmissionPhase
{
    /// <summary>Whether the namespace takes objects at all.</summary>
    NamespaceLifecycle,

    /// <summary>What a client may leave out, and the form of Go's structs.</summary>
    Defaults,

    /// <summary>What the registry of a kind sets whatever the client says: a Job's selector, who asks for a certificate.</summary>
    Strategy,

    /// <summary>Who owns which fields; what later phases add is no client's.</summary>
    FieldOwnership,

    /// <summary>The version in which the object is stored.</summary>
    StorageVersion,

    /// <summary>The finalizer and the phase that every new namespace has.</summary>
    NamespaceDefaults,

    /// <summary>Requests and limits of containers that have none.</summary>
    LimitRangeDefaults,

    /// <summary>The number that a priority class stands for.</summary>
    PodPriority,

    /// <summary>Service account, token volume, tolerations and first status of a pod.</summary>
    PodDefaults,

    /// <summary>Webhooks that change objects: sidecar injection.</summary>
    Mutation,

    /// <summary>Cluster addresses and node ports.</summary>
    Allocation,

    /// <summary>The rules of built-in kinds and of Istio's.</summary>
    Validation,

    /// <summary>The schemas of CustomResourceDefinitions.</summary>
    CustomResourceValidation,

    /// <summary>Whether the writer may grant what the object grants.</summary>
    Escalation,

    /// <summary>What a LimitRange does not allow.</summary>
    LimitRanges,

    /// <summary>What the client is told of an object that is otherwise good.</summary>
    Warnings,

    /// <summary>What a ResourceQuota has left; only an object that is good may use it up.</summary>
    Quota,

    /// <summary>New types, served from the answer to their definition on.</summary>
    Registration,
}
