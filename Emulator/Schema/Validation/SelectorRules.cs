using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>The rules for label selectors.</summary>
internal static class SelectorRules
{
    /// <summary>Checks a selector; whether it can select at all.</summary>
    public static bool Check(JsonObject? selector, string field, Causes causes)
    {
        var before = causes.Found.Count;
        MetadataRules.CheckLabels(selector.Map("matchLabels"), $"{field}.matchLabels", causes);
        var at = 0;
        foreach (var rule in selector.Items("matchExpressions"))
        {
            CheckRequirement(rule, $"{field}.matchExpressions[{at++}]", compares: false, causes);
        }

        return causes.Found.Count == before;
    }

    /// <param name="compares">Whether Gt and Lt are there too, as in node selectors.</param>
    public static void CheckRequirement(JsonObject rule, string field, bool compares, Causes causes)
    {
        var values = (rule["values"] as JsonArray)?.Count ?? 0;
        switch (rule.Text("operator"))
        {
            case "In" or "NotIn":
                if (values == 0)
                {
                    causes.Required($"{field}.values", "must be specified when `operator` is 'In' or 'NotIn'");
                }

                break;
            case "Exists" or "DoesNotExist":
                if (values > 0)
                {
                    causes.Forbidden($"{field}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }

                break;
            case "Gt" or "Lt" when compares:
                if (values != 1)
                {
                    causes.Required($"{field}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
                }

                break;
            case var unknown:
                causes.InvalidText($"{field}.operator", unknown ?? "", "not a valid selector operator");
                break;
        }

        causes.Fit($"{field}.key", rule.Text("key") ?? "", Names.QualifiedName(rule.Text("key") ?? ""));
        if (!compares)
        {
            var at = 0;
            foreach (var value in (rule["values"] as JsonArray ?? []).Select(value => value?.ToString() ?? ""))
            {
                causes.Fit($"{field}.values[{at++}]", value, Names.LabelValue(value));
            }
        }
    }

    /// <summary>Whether a sound selector selects what has these labels.</summary>
    public static bool Matches(JsonObject selector, JsonObject? labels)
    {
        bool Has(string? key, Func<string?, bool> test) => key is not null && labels?[key] is { } value ? test(value.ToString()) : test(null);
        return (selector.Map("matchLabels") ?? []).All(wanted => Has(wanted.Key, value => value == wanted.Value?.ToString()))
            && selector.Items("matchExpressions").All(rule =>
            {
                var values = (rule["values"] as JsonArray ?? []).Select(value => value?.ToString()).ToHashSet();
                return Has(rule.Text("key"), value => rule.Text("operator") switch
                {
                    "In" => value is not null && values.Contains(value),
                    "NotIn" => value is null || !values.Contains(value),
                    "Exists" => value is not null,
                    "DoesNotExist" => value is null,
                    _ => false,
                });
            });
    }
}
