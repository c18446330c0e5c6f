using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>Prints values as Go source, as some errors do: <c>map[string]string{"app":"d"}</c>.</summary>
internal static class GoLiteral
{
    public static string Map(JsonObject? map) => map is null
        ? "map[string]string(nil)"
        : $"map[string]string{{{string.Join(", ", map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{GoQuote.Text(entry.Key)}:{GoQuote.Text(entry.Value?.ToString() ?? "")}"))}}}";

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
        var values = item["values"] is JsonArray list ? $"[]string{{{string.Join(", ", list.Select(value => GoQuote.Text(value?.ToString() ?? "")))}}}" : "[]string(nil)";
        return $"v1.LabelSelectorRequirement{{Key:{GoQuote.Text(item.Text("key") ?? "")}, Operator:{GoQuote.Text(item.Text("operator") ?? "")}, Values:{values}}}";
    }
}
