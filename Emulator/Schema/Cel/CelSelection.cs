namespace Emulator.Schema.Cel;

/// <summary>Parts of values. A part of a value that may not be there is one that may not be there.</summary>
internal static class CelSelection
{
    /// <param name="key">A field's name, a map's key or a place in a list.</param>
    public static object? Of(object? owner, object? key, bool isOptional)
    {
        if (owner is CelOptional known)
        {
            return known.HasValue ? Find(known.Value, key, out var inner) ? new CelOptional(true, inner) : CelOptional.None : known;
        }

        var isThere = Find(owner, key, out var value);
        return isOptional ? isThere ? new CelOptional(true, value) : CelOptional.None
            : isThere ? value
            : throw new CelException(owner is ICelMap ? $"no such key: {key}" : $"index out of bounds: {key}");
    }

    public static bool Has(object? owner, string name) =>
        owner is CelOptional optional ? optional.HasValue && Has(optional.Value, name)
        : owner is ICelMap map ? map.TryGet(name, out _)
        : throw new CelException("no such overload");

    public static CelOptional Optional(object? value) => value as CelOptional ?? throw new CelException("no such overload");

    private static bool Find(object? owner, object? key, out object? value)
    {
        value = null;
        switch (owner, key)
        {
            case (ICelMap map, _):
                return map.TryGet(key, out value);
            case (List<object?> list, long or ulong or double):
                var at = CelValues.Compare(key, 0L) < 0 || CelValues.Compare(key, (long)list.Count) >= 0 ? -1 : Convert.ToInt32(key, System.Globalization.CultureInfo.InvariantCulture);
                value = at < 0 ? null : list[at];
                return at >= 0;
            default:
                throw new CelException("no such overload");
        }
    }
}
