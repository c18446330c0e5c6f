using System.Text;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>A field selector: <c>metadata.name=x,status.phase!=Running</c>.</summary>
internal sealed class FieldSelector(IReadOnlyList<(string Field, bool Equal, string Value)> terms)
{
    public static readonly FieldSelector Everything = new([]);

    public bool IsEverything => terms.Count == 0;

    /// <summary>The one name that the selector asks for, when it does.</summary>
    public string? Name => terms.Where(term => term.Equal && term.Field == "metadata.name").Select(term => term.Value).FirstOrDefault();

    public bool Matches(StoredObject stored)
    {
        foreach (var (field, equal, value) in terms)
        {
            if ((Value(stored, field) == value) != equal)
            {
                return false;
            }
        }

        return true;
    }

    /// <exception cref="ApiException">400 with the real server's message.</exception>
    public static FieldSelector Parse(string? text, ResourceDefinition definition)
    {
        if (string.IsNullOrEmpty(text))
        {
            return Everything;
        }

        var terms = new List<(string, bool, string)>();
        foreach (var term in Split(text))
        {
            if (term.Length == 0)
            {
                continue;
            }

            var (field, equal, value) = Term(term) ?? throw ApiErrors.BadRequest($"invalid selector: '{text}'; can't understand '{term}'");
            if (field is not ("metadata.name" or "metadata.namespace") && !SelectableFields.Of(definition).Contains(field))
            {
                throw ApiErrors.BadRequest(SelectableFields.Refusal(definition, field));
            }

            terms.Add((field, equal, value));
        }

        return new FieldSelector(terms);
    }

    private static (string Field, bool Equal, string Value)? Term(string term)
    {
        for (var at = 0; at < term.Length; at++)
        {
            var rest = term.AsSpan(at);
            var (length, equal) = rest.StartsWith("!=") ? (2, false) : rest.StartsWith("==") ? (2, true) : rest[0] == '=' ? (1, true) : (0, false);
            if (length > 0)
            {
                return (term[..at], equal, Unescape(term[(at + length)..]));
            }
        }

        return null;
    }

    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\')
            {
                at++;
            }
            else if (text[at] == ',')
            {
                yield return text[start..at];
                start = at + 1;
            }
        }

        yield return text[start..];
    }

    private static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
        {
            return value;
        }

        var plain = new StringBuilder();
        for (var at = 0; at < value.Length; at++)
        {
            plain.Append(value[at] == '\\' && at + 1 < value.Length ? value[++at] : value[at]);
        }

        return plain.ToString();
    }

    private static string Value(StoredObject stored, string field)
    {
        switch (field)
        {
            case "metadata.name":
                return stored.Key.Name;
            case "metadata.namespace":
                return stored.Key.Namespace;
        }

        JsonNode? node = stored.Node;
        foreach (var part in EventConversion.CoreField(field).Split('.'))
        {
            node = (node as JsonObject)?[part];
        }

        return node switch
        {
            null => SelectableFields.Default(field),
            JsonValue value when value.TryGetValue<string>(out var text) => text,
            _ => node.ToJsonString(),
        };
    }
}
