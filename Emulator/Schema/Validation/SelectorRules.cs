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

        if (Names.QualifiedName(rule.Text("key") ?? "") is { } wrong)
        {
            causes.InvalidText($"{field}.key", rule.Text("key") ?? "", wrong);
        }
    }
}
