using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GoogleEmulator.Http;

namespace GoogleEmulator.Compute;

/// <summary>The filter of a list, as gcloud writes it for Compute Engine: <c>name eq ".*istio.*"</c>, or several such terms in parentheses, which all have to hold.</summary>
/// <remarks>gcloud does not look at the answer again for what it has put into the filter.</remarks>
internal sealed partial class ListFilter
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<(string[] Field, bool Wanted, Regex Value)> terms;

    private ListFilter(IReadOnlyList<(string[] Field, bool Wanted, Regex Value)> terms) => this.terms = terms;

    /// <summary>Reads a filter; no filter lets everything through.</summary>
    /// <exception cref="GoogleException">It is written in another way.</exception>
    public static ListFilter Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new ListFilter([]);
        }

        var found = Terms().Match(text);
        return found.Success
            ? new ListFilter([.. found.Groups["field"].Captures.Select((field, i) => (
                field.Value.Split('.'),
                found.Groups["verb"].Captures[i].Value == "eq",
                Value(found.Groups["value"].Captures[i].Value, text)))])
            : throw GoogleException.Unimplemented($"the list filter '{text}', only FIELD eq|ne VALUE, several in parentheses,");
    }

    public bool Holds(JsonObject resource) => terms.All(term => term.Wanted == Values(resource, term.Field).Any(value => term.Value.IsMatch(value)));

    // RE2's expressions, which have to match the whole value.
    private static Regex Value(string text, string filter)
    {
        var pattern = text is ['"', .., '"'] ? text[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal) : text;
        try
        {
            return new Regex($"^(?:{pattern})$", RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (RegexParseException)
        {
            throw GoogleException.Invalid($"Invalid value for field 'filter': '{filter}'. Invalid list filter expression.");
        }
    }

    private static IEnumerable<string> Values(JsonNode? node, ReadOnlyMemory<string> field) => node switch
    {
        JsonArray items => items.SelectMany(item => Values(item, field)),
        JsonObject fields when field.Length > 0 => Values(fields[field.Span[0]], field[1..]),
        JsonValue value when field.Length == 0 => [value.ToString()],
        _ => [],
    };

    // name eq ".*(istio).*"     (region eq ".*\bus\-central1\b.*")(status eq UP)
    [GeneratedRegex("""^\s*(?:\(?\s*(?<field>[A-Za-z][\w.]*)\s+(?<verb>eq|ne)\s+(?<value>"(?:[^"\\]|\\.)*"|[^\s()"]+)\s*\)?\s*)+$""", RegexOptions.CultureInvariant)]
    private static partial Regex Terms();
}
