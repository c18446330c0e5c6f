namespace Emulator.Schema.Cel;

/// <summary>A map that an expression made.</summary>
internal sealed class CelMap(Dictionary<object, object?> entries) : ICelMap
{
    public int Count => entries.Count;

    public IEnumerable<KeyValuePair<object, object?>> Entries => entries;

    public bool TryGet(object? key, out object? value)
    {
        value = null;
        return key is not null && entries.TryGetValue(key is double number && number == Math.Floor(number) ? (long)number : key, out value);
    }
}
