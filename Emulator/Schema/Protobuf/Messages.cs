using System.Collections.Concurrent;
using System.Globalization;

namespace Emulator.Schema.Protobuf;

/// <summary>The field numbers of the API's messages, from <c>messages.txt</c>: one message per line, <c>number:name:type</c> per field.</summary>
/// <remarks>A type is preceded by <c>[]</c> (repeated), <c>{}</c> (map of texts to it) or <c>*</c> (optional); a message of the same group is named without it.</remarks>
internal static class Messages
{
    private static readonly Lazy<Dictionary<string, string>> Lines = new(Load);

    private static readonly ConcurrentDictionary<string, IReadOnlyDictionary<int, MessageField>> Parsed = new();

    /// <summary>The message of a kind, such as <c>apps.Deployment</c>, or null when it is not among the known ones.</summary>
    public static string? Root(string apiVersion, string kind)
    {
        var name = apiVersion switch
        {
            "v1" => "core",
            "autoscaling/v2" => "autoscaling2",
            _ => apiVersion.Split('/')[0].Split('.')[0],
        };
        var message = $"{name}.{kind}";
        return Lines.Value.ContainsKey(message) ? message : kind == "DeleteOptions" ? "meta.DeleteOptions" : null;
    }

    public static IReadOnlyDictionary<int, MessageField> Fields(string message) => Parsed.GetOrAdd(message, static name => Parse(name, Lines.Value[name]));

    /// <summary>The JSON names of a struct's fields, whichever group it is in; null when no message has its name.</summary>
    public static IReadOnlySet<string>? FieldNames(string structName)
    {
        var messages = Lines.Value.Keys.Where(message => message.AsSpan(message.IndexOf('.', StringComparison.Ordinal) + 1).SequenceEqual(structName)).ToList();
        return messages.Count == 0 ? null : messages.SelectMany(Names).ToHashSet(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Names(string message) =>
        Fields(message).Values.SelectMany(field => field.Name == "^" ? Names(field.Type) : [field.Name]);

    private static Dictionary<int, MessageField> Parse(string message, string line)
    {
        var group = message.Split('.')[0];
        var fields = new Dictionary<int, MessageField>();
        foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = word.Split(':');
            var type = parts[2].TrimStart('*', '[', ']', '{', '}');
            var mark = parts[2][..^type.Length];
            var known = type.Length == 1 || type.Contains('.') ? type : $"{group}.{type}";
            var number = int.Parse(parts[0], CultureInfo.InvariantCulture);
            fields[number] = new MessageField(number, parts[1], known, mark.Contains('['), mark.Contains('{'), mark.Contains('*'));
        }

        return fields;
    }

    private static Dictionary<string, string> Load()
    {
        using var stream = typeof(Messages).Assembly.GetManifestResourceStream("protobuf-messages.txt")
            ?? throw new InvalidOperationException("protobuf-messages.txt is not embedded in this assembly");
        using var reader = new StreamReader(stream);
        var lines = new Dictionary<string, string>();
        while (reader.ReadLine() is { } line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            lines[space < 0 ? line : line[..space]] = space < 0 ? "" : line[(space + 1)..];
        }

        return lines;
    }
}
