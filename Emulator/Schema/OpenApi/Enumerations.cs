namespace Emulator.Schema.OpenApi;

/// <summary>The fields of built-in kinds that have a fixed set of values, from <c>enumerations.txt</c>.</summary>
internal static class Enumerations
{
    private static readonly Lazy<Dictionary<string, Enumeration>> Known = new(Load);

    /// <summary>The values of a field; null where any text may stand.</summary>
    public static Enumeration? Of(string structName, string field) => Known.Value.GetValueOrDefault($"{structName}.{field}");

    private static Dictionary<string, Enumeration> Load()
    {
        using var reader = new StreamReader(typeof(Enumerations).Assembly.GetManifestResourceStream("enumerations.txt")!);
        var known = new Dictionary<string, Enumeration>();
        var field = "";
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith("  \"", StringComparison.Ordinal))
            {
                field = line;
                continue;
            }

            var end = line.IndexOf('"', 3);
            var sofar = known.GetValueOrDefault(field) ?? new Enumeration([], "Possible enum values:");
            known[field] = new Enumeration([.. sofar.Values, line[3..end]], $"{sofar.Meanings}\n - `{line[2..(end + 1)]}`{line[(end + 1)..]}");
        }

        return known;
    }
}
