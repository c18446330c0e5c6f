namespace Emulator.Schema.Model;

/// <summary>What Go writes for a field that nobody set and that is not left out.</summary>
internal enum ZeroValue
{
    Null,
    EmptyObject,
    EmptyText,
    Zero,
    False,
    ZeroQuantity,
}
