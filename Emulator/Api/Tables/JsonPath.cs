using System.Globalization;
using System.Text.Json.Nodes;

namespace Emulator.Api.Tables;

/// <summary>The JSONPath that printer columns use: fields, indexes, wildcards, and filters by equality.</summary>
internal sealed class JsonPath
{
    private readonly List<Func<JsonNode, IEnumerable<JsonNode?>>> steps = [];

    private JsonPath()
    {
    }

    /// <summary>Null when it is no path that can be followed.</summary>
    public static JsonPath? Parse(string text)
    {
        var path = new JsonPath();
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] == '.')
            {
                var end = at + 1;
                while (end < text.Length && text[end] is not ('.' or '['))
                {
                    end += text[end] == '\\' ? 2 : 1;
                }

                var name = text[(at + 1)..Math.Min(end, text.Length)].Replace("\\", "", StringComparison.Ordinal);
                if (name.Length > 0)
                {
                    path.steps.Add(name == "*" ? All : node => Field(node, name));
                }

                at = end;
            }
            else if (text[at] == '[' && Closing(text, at) is { } close)
            {
                if (Bracket(text[(at + 1)..close].Trim()) is not { } step)
                {
                    return null;
                }

                path.steps.Add(step);
                at = close + 1;
            }
            else
            {
                return null;
            }
        }

        return path;
    }

    public IReadOnlyList<JsonNode?> Find(JsonNode root)
    {
        List<JsonNode?> found = [root];
        foreach (var step in steps)
        {
            found = [.. found.OfType<JsonNode>().SelectMany(step)];
        }

        return found;
    }

    private static int? Closing(string text, int open)
    {
        var quote = '\0';
        for (var at = open; at < text.Length; at++)
        {
            if (quote != '\0')
            {
                quote = text[at] == quote ? '\0' : quote;
            }
            else if (text[at] is '\'' or '"')
            {
                quote = text[at];
            }
            else if (text[at] == ']')
            {
                return at;
            }
        }

        return null;
    }

    private static Func<JsonNode, IEnumerable<JsonNode?>>? Bracket(string inside)
    {
        if (inside == "*")
        {
            return All;
        }

        if (int.TryParse(inside, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            return node => node is JsonArray list && (index < 0 ? list.Count + index : index) is var place && place >= 0 && place < list.Count ? [list[place]] : [];
        }

        if (inside.Length > 1 && inside[0] is '\'' or '"')
        {
            var name = inside[1..^1];
            return node => Field(node, name);
        }

        return inside.StartsWith("?(@", StringComparison.Ordinal) && inside.EndsWith(')') ? Filter(inside[3..^1]) : null;
    }

    /// <summary>Such as <c>.type=="Ready"</c>; without a comparison it asks whether the field is there.</summary>
    private static Func<JsonNode, IEnumerable<JsonNode?>>? Filter(string condition)
    {
        var (operation, at) = condition.IndexOf("==", StringComparison.Ordinal) is var equal and >= 0 ? ("==", equal)
            : condition.IndexOf("!=", StringComparison.Ordinal) is var unequal and >= 0 ? ("!=", unequal)
            : ("", condition.Length);
        if (Parse(condition[..at].Trim()) is not { } path)
        {
            return null;
        }

        var wanted = operation.Length == 0 ? "" : condition[(at + 2)..].Trim().Trim('"', '\'');
        return node => node is JsonArray list
            ? list.Where(item => item is not null && path.Find(item) is var found && (operation switch
            {
                "" => found.Count > 0,
                "==" => found.Any(value => value?.ToString() == wanted),
                _ => found.All(value => value?.ToString() != wanted),
            }))
            : [];
    }

    private static IEnumerable<JsonNode?> Field(JsonNode node, string name) =>
        node is JsonObject fields && fields.TryGetPropertyValue(name, out var value) ? [value] : [];

    private static IEnumerable<JsonNode?> All(JsonNode node) => node switch
    {
        JsonArray list => list,
        JsonObject fields => fields.Select(field => field.Value),
        _ => [],
    };
}
