using System.Text.Json.Nodes;

namespace Emulator.Api.Resources;

/// <summary>Matches objects against a metav1.LabelSelector object.</summary>
internal static class SelectorMatch
{
    public static bool Matches(JsonNode? selector, JsonObject target)
    {
        if (selector is not JsonObject node)
        {
            return false;
        }

        var requirements = (node["matchLabels"] as JsonObject ?? [])
            .Select(label => new LabelRequirement(label.Key, LabelOperator.In, [label.Value?.ToString() ?? ""])).ToList();
        foreach (var expression in (node["matchExpressions"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var kind = expression["operator"]?.ToString() switch
            {
                "In" => LabelOperator.In,
                "NotIn" => LabelOperator.NotIn,
                "Exists" => LabelOperator.Exists,
                _ => LabelOperator.Missing,
            };
            requirements.Add(new LabelRequirement(
                expression["key"]?.ToString() ?? "", kind, [.. (expression["values"] as JsonArray ?? []).Select(value => value?.ToString() ?? "")]));
        }

        return new LabelSelector(requirements).Matches(target);
    }
}
