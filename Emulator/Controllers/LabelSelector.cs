using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Matches labels against a metav1.LabelSelector or a plain map of labels.</summary>
internal static class LabelSelector
{
    /// <summary>Whether a LabelSelector with matchLabels and matchExpressions holds; an absent one matches nothing, an empty one everything.</summary>
    public static bool Matches(JsonNode? selector, JsonObject labelled)
    {
        if (selector is not JsonObject wanted)
        {
            return false;
        }

        var labels = labelled["metadata"]?["labels"] as JsonObject;
        return MatchesMap(wanted["matchLabels"] as JsonObject, labels) && wanted["matchExpressions"].Items().All(term => Holds(term, labels));
    }

    /// <summary>Whether all of a map's labels are there; an absent or empty map matches.</summary>
    public static bool MatchesMap(JsonObject? wanted, JsonObject? labels)
    {
        if (wanted is null)
        {
            return true;
        }

        foreach (var (key, value) in wanted)
        {
            if (labels?[key].Text() is not { } found || found != value.Text())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether one requirement (key, operator, values) holds, as in label selectors and node affinity.</summary>
    public static bool Holds(JsonObject term, JsonObject? labels)
    {
        var found = labels?[term["key"].Text() ?? ""].Text();
        var values = (term["values"] as JsonArray)?.Select(value => value.Text()).ToList() ?? [];
        return term["operator"].Text() switch
        {
            "In" => found is not null && values.Contains(found),
            "NotIn" => found is null || !values.Contains(found),
            "Exists" => found is not null,
            "DoesNotExist" => found is null,
            "Gt" => long.TryParse(found, out var more) && long.TryParse(values.FirstOrDefault(), out var least) && more > least,
            "Lt" => long.TryParse(found, out var less) && long.TryParse(values.FirstOrDefault(), out var most) && less < most,
            _ => false,
        };
    }
}
