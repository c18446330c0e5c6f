using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>Prints values as Go source, as some errors do: <c>map[string]string{"app":"d"}</c>.</summary>
internal static class GoLiteral
{
    public static string Map(JsonObject? map) => map is null
        ? "map[string]string(nil)"
        : $"map[string]string{{{string.Join(", ", map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{GoQuote.Text(entry.Key)}:{GoQuote.Text(entry.Value?.ToString() ?? "")}"))}}}";

    public static string Strings(JsonArray? list) => list is null
        ? "[]string(nil)"
        : $"[]string{{{string.Join(", ", list.Select(value => GoQuote.Text(value?.ToString() ?? "")))}}}";

    /// <param name="base64">Bytes as JSON has them.</param>
    /// <exception cref="FormatException">It is no base64.</exception>
    public static string Bytes(string base64) => $"[]byte{{{string.Join(", ", Convert.FromBase64String(base64).Select(value => $"0x{value:x}"))}}}";

    public static string Selector(JsonObject? selector)
    {
        if (selector is null)
        {
            return "(*v1.LabelSelector)(nil)";
        }

        var expressions = selector["matchExpressions"] is JsonArray { Count: > 0 }
            ? $"[]v1.LabelSelectorRequirement{{{string.Join(", ", selector.Items("matchExpressions").Select(Requirement))}}}"
            : "[]v1.LabelSelectorRequirement(nil)";
        return $"v1.LabelSelector{{MatchLabels:{Map(selector.Map("matchLabels"))}, MatchExpressions:{expressions}}}";
    }

    private static string Requirement(JsonObject item)
    {
        return $"v1.LabelSelectorRequirement{{Key:{GoQuote.Text(item.Text("key") ?? "")}, Operator:{GoQuote.Text(item.Text("operator") ?? "")}, Values:{Strings(item["values"] as JsonArray)}}}";
    }
}
