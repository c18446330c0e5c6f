namespace Emulator.Schema.Cel;

/// <summary>An expression that cannot be read, or has no value.</summary>
internal sealed class CelException(string message) : Exception(message)
{
    /// <summary>Where in the text the fault is; for faults of reading it only.</summary>
    public int At { get; init; }
}
