namespace Emulator.Schema.OpenApi;

/// <summary>The values that fields of built-in kinds may have, from <c>enumerations.txt</c>: a struct's field and its values per line (k8s.io/api 1.32, <c>+enum</c>).</summary>
internal static class Enumerations
{
    private static readonly Lazy<Dictionary<string, string[]>> Known = new(Load);

    /// <summary>The values of a field in the order of the alphabet; null where any text may stand.</summary>
    public static IReadOnlyList<string>? Of(string structName, string field) => Known.Value.GetValueOrDefault($"{structName}.{field}");

    private static Dictionary<string, string[]> Load()
    {
        using var reader = new StreamReader(typeof(Enumerations).Assembly.GetManifestResourceStream("enumerations.txt")!);
        var known = new Dictionary<string, string[]>();
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            known[words[0]] = words[1..];
        }

        return known;
    }
}
