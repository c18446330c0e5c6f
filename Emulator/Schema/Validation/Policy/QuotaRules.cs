using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>The rules for ResourceQuotas and LimitRanges.</summary>
internal static class QuotaRules
{
    private static readonly string[] Scopes = ["Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity"];

    private static readonly string[] OfPods =
        ["pods", "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];

    public static void Quota(JsonObject spec, JsonObject? old, Causes causes)
    {
        var hard = spec.Map("hard") ?? [];
        foreach (var (name, value) in hard)
        {
            var field = $"spec.hard[{name}]";
            ResourceRules.CheckName(name, field, causes);
            if (!name.Contains('/') && !ResourceRules.IsOfQuotas(name))
            {
                causes.InvalidText(field, name, "must be a standard resource for quota");
            }

            ResourceRules.CheckAmount(name, value, field, causes);
        }

        var scopes = Texts(spec, "scopes");
        var printed = $"[]core.ResourceQuotaScope{{{string.Join(", ", scopes.Select(GoQuote.Text))}}}";
        foreach (var scope in scopes)
        {
            if (!Scopes.Contains(scope))
            {
                causes.Invalid("spec.scopes", printed, "unsupported scope");
            }

            foreach (var _ in hard.Where(limit => ResourceRules.IsOfQuotas(limit.Key) && !Suits(scope, limit.Key)))
            {
                causes.Invalid("spec.scopes", printed, "unsupported scope applied to resource");
            }
        }

        CheckConflicts(scopes, "spec.scopes", printed, causes);
        CheckSelector(spec, hard, printed, causes);
        if (old is not null && !Texts(old, "scopes").ToHashSet().SetEquals(scopes))
        {
            causes.Invalid("spec.scopes", printed, "field is immutable");
        }
    }

    public static void Limits(JsonObject spec, Causes causes)
    {
        var types = new HashSet<string>();
        var at = 0;
        foreach (var limit in spec.Items("limits"))
        {
            LimitRules.Check(limit, $"spec.limits[{at}]", causes);
            if (!types.Add(limit.Text("type") ?? ""))
            {
                causes.Duplicate($"spec.limits[{at}].type", GoQuote.Text(limit.Text("type") ?? ""));
            }

            at++;
        }
    }

    private static void CheckSelector(JsonObject spec, JsonObject hard, string printed, Causes causes)
    {
        const string Field = "spec.scopeSelector.matchExpressions";
        var rules = spec.Map("scopeSelector").Items("matchExpressions").ToList();
        foreach (var rule in rules)
        {
            var (scope, how) = (rule.Text("scopeName") ?? "", rule.Text("operator") ?? "");
            if (!Scopes.Contains(scope))
            {
                causes.InvalidText($"{Field}.scopeName", scope, "unsupported scope");
            }

            foreach (var _ in hard.Where(limit => ResourceRules.IsOfQuotas(limit.Key) && !Suits(scope, limit.Key)))
            {
                causes.Invalid(Field, GoLiteral.Struct("core.ScopeSelector", spec.Map("scopeSelector")!), "unsupported scope applied to resource");
            }

            if (scope != "PriorityClass" && Scopes.Contains(scope) && how != "Exists")
            {
                causes.InvalidText($"{Field}.operator", how, "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
                    + "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
            }

            var values = rule["values"] as JsonArray ?? [];
            switch (how)
            {
                case "In" or "NotIn" when values.Count == 0:
                    causes.Required($"{Field}.values", "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                    break;
                case "Exists" or "DoesNotExist" when values.Count > 0:
                    causes.Invalid($"{Field}.values", GoLiteral.Strings(values), "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
                    break;
                case not ("In" or "NotIn" or "Exists" or "DoesNotExist"):
                    causes.InvalidText($"{Field}.operator", how, "not a valid selector operator");
                    break;
            }
        }

        CheckConflicts(rules.Select(rule => rule.Text("scopeName") ?? "").ToList(), Field, printed, causes);
    }

    private static void CheckConflicts(List<string> scopes, string field, string printed, Causes causes)
    {
        foreach (var scope in (string[])["BestEffort", "Terminating"])
        {
            if (scopes.Contains(scope) && scopes.Contains($"Not{scope}"))
            {
                causes.Invalid(field, printed, "conflicting scopes");
            }
        }
    }

    private static bool Suits(string scope, string resource) => scope switch
    {
        "BestEffort" => resource == "pods",
        "Terminating" or "NotTerminating" or "NotBestEffort" or "PriorityClass" or "CrossNamespacePodAffinity" => OfPods.Contains(resource),
        _ => true,
    };

    private static List<string> Texts(JsonObject spec, string field) => (spec[field] as JsonArray ?? []).Select(item => item?.ToString() ?? "").ToList();
}
