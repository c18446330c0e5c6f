using System.Text.Json.Nodes;

namespace Emulator.Api.Tables;

/// <summary>A selector object as text (metav1.FormatLabelSelector).</summary>
internal static class SelectorText
{
    /// <summary>A metav1.LabelSelector, or a plain map of labels; empty when it selects nothing in particular.</summary>
    public static string Of(JsonNode? selector)
    {
        if (selector is not JsonObject node)
        {
            return "";
        }

        if (node["matchLabels"] is not JsonObject && node["matchExpressions"] is not JsonArray)
        {
            return Labels(node);
        }

        var parts = new List<string>();
        if (node["matchLabels"] is JsonObject { Count: > 0 } labels)
        {
            parts.Add(Labels(labels));
        }

        foreach (var expression in (node["matchExpressions"] as JsonArray ?? []).OfType<JsonObject>().OrderBy(item => item["key"]?.ToString(), StringComparer.Ordinal))
        {
            var key = expression["key"]?.ToString();
            var values = string.Join(',', (expression["values"] as JsonArray ?? []).Select(value => value?.ToString()).Order(StringComparer.Ordinal));
            parts.Add(expression["operator"]?.ToString() switch
            {
                "In" => $"{key} in ({values})",
                "NotIn" => $"{key} notin ({values})",
                "Exists" => $"{key}",
                _ => $"!{key}",
            });
        }

        return string.Join(',', parts);
    }

    public static string Labels(JsonObject labels) =>
        string.Join(',', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
}
