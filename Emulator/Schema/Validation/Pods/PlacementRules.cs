using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for what says where a pod may run: tolerations, node affinity, spreading.</summary>
internal static class PlacementRules
{
    private static readonly string[] Effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

    public static void Check(JsonObject spec, string field, Causes causes)
    {
        var at = 0;
        foreach (var toleration in spec.Items("tolerations"))
        {
            CheckToleration(toleration, $"{field}.tolerations[{at++}]", causes);
        }

        CheckAffinity(spec.Map("affinity").Map("nodeAffinity"), $"{field}.affinity.nodeAffinity", causes);
        foreach (var kind in (string[])["podAffinity", "podAntiAffinity"])
        {
            CheckPodAffinity(spec.Map("affinity").Map(kind), $"{field}.affinity.{kind}", causes);
        }

        at = 0;
        var constraints = spec.Items("topologySpreadConstraints").ToList();
        foreach (var constraint in constraints)
        {
            CheckSpread(constraint, constraints.Skip(++at), $"{field}.topologySpreadConstraints[{at - 1}]", causes);
        }
    }

    /// <summary>A pod that exists may get more tolerations, and other times of those it has.</summary>
    public static void CheckAdded(JsonObject spec, JsonObject old, Causes causes)
    {
        static string Core(JsonObject toleration)
        {
            var copy = (JsonObject)toleration.DeepClone();
            copy.Remove("tolerationSeconds");
            return string.Join('|', copy.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value}"));
        }

        var kept = spec.Items("tolerations").Select(Core).ToHashSet();
        if (!old.Items("tolerations").All(toleration => kept.Contains(Core(toleration))))
        {
            causes.Forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds");
        }
    }

    private static void CheckToleration(JsonObject toleration, string field, Causes causes)
    {
        var (key, how, effect) = (toleration.Text("key") ?? "", toleration.Text("operator") ?? "", toleration.Text("effect") ?? "");
        causes.Fit($"{field}.key", key, key.Length == 0 ? null : Names.QualifiedName(key));
        if (key.Length == 0 && how != "Exists")
        {
            causes.InvalidText($"{field}.operator", how, "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        }

        if (toleration["tolerationSeconds"] is not null && effect != "NoExecute")
        {
            causes.InvalidText($"{field}.effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }

        var value = toleration.Text("value") ?? "";
        switch (how)
        {
            case "" or "Equal":
                if (Names.LabelValue(value) is { } wrongValue)
                {
                    causes.InvalidText($"{field}.operator", value, wrongValue.Replace('\n', ';'));
                }

                break;
            case "Exists":
                if (value.Length > 0)
                {
                    causes.Invalid($"{field}.operator", GoLiteral.Struct("core.Toleration", toleration), "value must be empty when `operator` is 'Exists'");
                }

                break;
            default:
                causes.NotSupported($"{field}.operator", how, "Equal", "Exists");
                break;
        }

        if (effect.Length > 0 && !Effects.Contains(effect))
        {
            causes.NotSupported($"{field}.effect", effect, Effects);
        }
    }

    private static void CheckAffinity(JsonObject? affinity, string field, Causes causes)
    {
        if (affinity.Map("requiredDuringSchedulingIgnoredDuringExecution") is { } required)
        {
            var path = $"{field}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
            if (required["nodeSelectorTerms"] is not JsonArray { Count: > 0 })
            {
                causes.Required(path, "must have at least one node selector term");
            }

            CheckTerms(required, path, causes);
        }

        var preferredAt = 0;
        foreach (var preferred in affinity.Items("preferredDuringSchedulingIgnoredDuringExecution"))
        {
            var path = $"{field}.preferredDuringSchedulingIgnoredDuringExecution[{preferredAt++}]";
            CheckWeight(preferred, path, causes);
            CheckTerm(preferred.Map("preference") ?? [], $"{path}.preference", causes);
        }
    }

    /// <param name="path">Where the list of terms is.</param>
    public static void CheckTerms(JsonObject selector, string path, Causes causes)
    {
        var at = 0;
        foreach (var term in selector.Items("nodeSelectorTerms"))
        {
            CheckTerm(term, $"{path}[{at++}]", causes);
        }
    }

    private static void CheckPodAffinity(JsonObject? affinity, string field, Causes causes)
    {
        var at = 0;
        foreach (var term in affinity.Items("requiredDuringSchedulingIgnoredDuringExecution"))
        {
            CheckPodTerm(term, $"{field}.requiredDuringSchedulingIgnoredDuringExecution[{at++}]", causes);
        }

        at = 0;
        foreach (var term in affinity.Items("preferredDuringSchedulingIgnoredDuringExecution"))
        {
            var path = $"{field}.preferredDuringSchedulingIgnoredDuringExecution[{at++}]";
            CheckWeight(term, path, causes);
            CheckPodTerm(term.Map("podAffinityTerm") ?? [], $"{path}.podAffinityTerm", causes);
        }
    }

    private static void CheckPodTerm(JsonObject term, string field, Causes causes)
    {
        SelectorRules.Check(term.Map("labelSelector"), $"{field}.labelSelector", causes);
        SelectorRules.Check(term.Map("namespaceSelector"), $"{field}.namespaceSelector", causes);
        foreach (var name in (term["namespaces"] as JsonArray ?? []).Select(name => name?.ToString() ?? ""))
        {
            causes.Fit($"{field}.namespace", name, Names.Label(name));
        }

        var key = term.Text("topologyKey") ?? "";
        if (key.Length == 0)
        {
            causes.Required($"{field}.topologyKey", "can not be empty");
        }

        causes.Fit($"{field}.topologyKey", key, Names.QualifiedName(key));
    }

    private static void CheckWeight(JsonObject term, string field, Causes causes)
    {
        if (term["weight"].AsLong() is null or < 1 or > 100)
        {
            causes.InvalidNumber($"{field}.weight", term["weight"].AsLong() ?? 0, "must be in the range 1-100");
        }
    }

    private static void CheckTerm(JsonObject term, string field, Causes causes)
    {
        var at = 0;
        foreach (var rule in term.Items("matchExpressions"))
        {
            SelectorRules.CheckRequirement(rule, $"{field}.matchExpressions[{at++}]", compares: true, causes);
        }
    }

    private static void CheckSpread(JsonObject constraint, IEnumerable<JsonObject> later, string field, Causes causes)
    {
        var action = constraint.Text("whenUnsatisfiable") ?? "";
        if (constraint["maxSkew"].AsLong() is null or < 1)
        {
            causes.InvalidNumber($"{field}.maxSkew", constraint["maxSkew"].AsLong() ?? 0, "must be greater than zero");
        }

        causes.Need(constraint, field, "topologyKey", "can not be empty");
        if (action is not ("DoNotSchedule" or "ScheduleAnyway"))
        {
            causes.NotSupported($"{field}.whenUnsatisfiable", action, "DoNotSchedule", "ScheduleAnyway");
        }

        if (later.Any(other => other.Text("topologyKey") == constraint.Text("topologyKey") && other.Text("whenUnsatisfiable") == action))
        {
            causes.Duplicate($"{field}.{{topologyKey, whenUnsatisfiable}}", GoQuote.Text($"{{{constraint.Text("topologyKey")}, {action}}}"));
        }

        if (constraint["minDomains"].AsLong() is { } domains)
        {
            if (domains <= 0)
            {
                causes.InvalidNumber($"{field}.minDomains", domains, "must be greater than zero");
            }

            if (action != "DoNotSchedule")
            {
                causes.InvalidNumber($"{field}.minDomains", domains, $"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}");
            }
        }

        causes.OneOf(constraint, field, "nodeAffinityPolicy", "Honor", "Ignore");
        causes.OneOf(constraint, field, "nodeTaintsPolicy", "Honor", "Ignore");
        SelectorRules.Check(constraint.Map("labelSelector"), $"{field}.labelSelector", causes);
    }
}
