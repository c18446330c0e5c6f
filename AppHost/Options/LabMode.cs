namespace AppHost.Options;

/// <summary>Where the lab's clusters run.</summary>
internal enum LabMode
{
    Auto,
    Embedded,
    K3s,

    /// <summary>Clusters that were there before the lab.</summary>
    Existing,

    Gke,
    Rehearsal,
}
