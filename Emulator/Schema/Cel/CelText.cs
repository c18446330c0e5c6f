namespace Emulator.Schema.Cel;

/// <summary>What can be asked of texts.</summary>
internal static class CelText
{
    public static object? Method(string name, string text, List<object?> arguments)
    {
        string Argument(int at) => CelFunctions.Text(arguments[at]);
        return name switch
        {
            "matches" => GoPattern.IsMatch(Argument(0), text),
            "startsWith" => text.StartsWith(Argument(0), StringComparison.Ordinal),
            "endsWith" => text.EndsWith(Argument(0), StringComparison.Ordinal),
            "contains" => text.Contains(Argument(0), StringComparison.Ordinal),
            "indexOf" => (long)text.IndexOf(Argument(0), StringComparison.Ordinal),
            "lastIndexOf" => (long)text.LastIndexOf(Argument(0), StringComparison.Ordinal),
            "lowerAscii" => text.ToLowerInvariant(),
            "upperAscii" => text.ToUpperInvariant(),
            "trim" => text.Trim(),
            "replace" => text.Replace(Argument(0), Argument(1), StringComparison.Ordinal),
            "split" => text.Split(Argument(0)).Cast<object?>().ToList(),
            "substring" => Substring(text, arguments),
            _ => throw new CelException("no such overload"),
        };
    }

    private static string Substring(string text, List<object?> arguments)
    {
        var start = (long)arguments[0]!;
        var end = arguments.Count > 1 ? (long)arguments[1]! : text.Length;
        return start >= 0 && start <= end && end <= text.Length ? text[(int)start..(int)end] : throw new CelException($"index out of range: {(start > text.Length ? start : end)}");
    }
}
