namespace AppHost.Options;

/// <summary>Where the lab's clusters run.</summary>
internal enum LabMode
{
    Auto,
    Embedded,
    K3s,
    Gke,
    Rehearsal,
}
