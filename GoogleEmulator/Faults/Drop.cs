namespace GoogleEmulator.Faults;

/// <summary>When a fault breaks the connection.</summary>
internal enum Drop
{
    No,

    /// <summary>The request has no effect.</summary>
    Before,

    /// <summary>The request has its effect, and the caller does not hear of it.</summary>
    After,
}
