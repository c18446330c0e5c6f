namespace Emulator.Storage;

/// <summary>Who writes, and how. The default is the cluster's own controllers.</summary>
internal sealed record WriteOptions
{
    /// <summary>Writes by the cluster's own controllers.</summary>
    public static readonly WriteOptions System = new();

    public string User { get; init; } = "system:kube-controller-manager";

    /// <summary>The groups of <see cref="User"/>.</summary>
    public IReadOnlyList<string> Groups { get; init; } = ["system:masters"];

    public string FieldManager { get; init; } = "kube-controller-manager";

    public bool DryRun { get; init; }

    /// <summary>A server-side apply, which has settled the owners of fields already.</summary>
    public bool Applied { get; init; }

    /// <summary>API version in which the request was made, for managedFields.</summary>
    public string? ApiVersion { get; init; }
}

/// <summary>The options of a delete request (metav1.DeleteOptions).</summary>
internal sealed record DeletionOptions
{
    public static readonly DeletionOptions Default = new();

    public int? GracePeriodSeconds { get; init; }

    /// <summary>Background, Foreground or Orphan; null is the type's default (Background).</summary>
    public string? PropagationPolicy { get; init; }

    public string? PreconditionUid { get; init; }

    public string? PreconditionResourceVersion { get; init; }
}
