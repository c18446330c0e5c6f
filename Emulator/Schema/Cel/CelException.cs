namespace Emulator.Schema.Cel;

/// <summary>An expression that cannot be read or evaluated.</summary>
internal sealed class CelException(string message) : Exception(message);
