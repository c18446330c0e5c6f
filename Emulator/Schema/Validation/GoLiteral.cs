using System.Text.Json;
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

    /// <summary>An amount as Go prints the struct that holds it.</summary>
    public static string Quantity(JsonNode? amount) =>
        $"resource.Quantity{{i:resource.int64Amount{{value:0, scale:0}}, d:resource.infDecAmount{{Dec:(*inf.Dec)(nil)}}, s:{GoQuote.Text(amount?.ToString() ?? "")}, Format:\"DecimalSI\"}}";

    /// <summary>A number or a percentage.</summary>
    public static string IntOrString(JsonNode? value) => value?.GetValueKind() is JsonValueKind.String
        ? $"intstr.IntOrString{{Type:1, IntVal:0, StrVal:{GoQuote.Text(value.GetValue<string>())}}}"
        : $"intstr.IntOrString{{Type:0, IntVal:{value?.ToJsonString() ?? "0"}, StrVal:\"\"}}";

    /// <summary>A struct with those of its fields that are set.</summary>
    /// <param name="type">With its package: <c>core.Toleration</c>.</param>
    public static string Struct(string type, JsonObject fields) =>
        $"{type}{{{string.Join(", ", fields.Select(field => $"{char.ToUpperInvariant(field.Key[0])}{field.Key[1..]}:{field.Value?.ToJsonString() ?? "nil"}"))}}}";

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
