namespace Emulator.Schema.Cel;

/// <summary>What can be asked of lists, and of values that may not be there.</summary>
internal static class CelCollections
{
    public static long Size(object? value) => value switch
    {
        string text => text.EnumerateRunes().Count(),
        byte[] bytes => bytes.Length,
        List<object?> list => list.Count,
        ICelMap map => map.Count,
        _ => throw new CelException("no such overload"),
    };

    public static bool Contains(List<object?> list, List<object?> wanted) => wanted.TrueForAll(item => list.Exists(known => CelValues.AreEqual(known, item)));

    public static object? OfList(string name, List<object?> list, List<object?> arguments) => name switch
    {
        "join" => Join(list, arguments.Count > 0 ? CelFunctions.Text(arguments[0]) : ""),
        "min" => Choose(name, list, (one, other) => CelValues.Compare(one, other) <= 0),
        "max" => Choose(name, list, (one, other) => CelValues.Compare(one, other) >= 0),
        "sum" => list.Count == 0 ? 0L : list.Aggregate((one, other) => CelOperators.Operate("+", one, other)),
        "isSorted" => list.Zip(list.Skip(1)).All(pair => CelValues.Compare(pair.First, pair.Second) <= 0),
        "indexOf" => (long)list.FindIndex(item => CelValues.AreEqual(item, arguments[0])),
        "lastIndexOf" => (long)list.FindLastIndex(item => CelValues.AreEqual(item, arguments[0])),
        _ => throw new CelException("no such overload"),
    };

    public static object? OfOptional(string name, CelOptional optional, List<object?> arguments) => name switch
    {
        "hasValue" => optional.HasValue,
        "value" => optional.HasValue ? optional.Value : throw new CelException("optional.none() dereference"),
        "or" => optional.HasValue ? optional : arguments[0] as CelOptional ?? throw new CelException("no such overload"),
        "orValue" => optional.HasValue ? optional.Value : arguments[0],
        _ => throw new CelException("no such overload"),
    };

    private static object? Choose(string name, List<object?> list, Func<object?, object?, bool> isFirst) =>
        list.Count == 0 ? throw new CelException($"{name} called on empty list") : list.Aggregate((one, other) => isFirst(one, other) ? one : other);

    private static string Join(List<object?> list, string separator) =>
        string.Join(separator, list.Select(item => item as string ?? throw new CelException($"join: invalid input: {CelConversions.Text(item)}")));
}
