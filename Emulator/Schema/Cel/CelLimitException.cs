namespace Emulator.Schema.Cel;

/// <summary>An evaluation costs more than it may: nothing in the expression makes up for that.</summary>
internal sealed class CelLimitException(string message) : Exception(message);
