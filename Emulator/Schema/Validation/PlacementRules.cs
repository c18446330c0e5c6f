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
        at = 0;
        foreach (var constraint in spec.Items("topologySpreadConstraints"))
        {
            CheckSpread(constraint, $"{field}.topologySpreadConstraints[{at++}]", causes);
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
        if (key.Length > 0 && Names.QualifiedName(key) is { } wrong)
        {
            causes.InvalidText($"{field}.key", key, wrong);
        }
        else if (key.Length == 0 && how != "Exists")
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
                    causes.InvalidText($"{field}.operator", value, wrongValue);
                }

                break;
            case "Exists":
                if (value.Length > 0)
                {
                    causes.Invalid($"{field}.operator", GoValue.Print(toleration), "value must be empty when `operator` is 'Exists'");
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

            var at = 0;
            foreach (var term in required.Items("nodeSelectorTerms"))
            {
                CheckTerm(term, $"{path}[{at++}]", causes);
            }
        }

        var preferredAt = 0;
        foreach (var preferred in affinity.Items("preferredDuringSchedulingIgnoredDuringExecution"))
        {
            var path = $"{field}.preferredDuringSchedulingIgnoredDuringExecution[{preferredAt++}]";
            if (preferred["weight"].AsLong() is null or < 1 or > 100)
            {
                causes.InvalidNumber($"{path}.weight", preferred["weight"].AsLong() ?? 0, "must be in the range 1-100");
            }

            CheckTerm(preferred.Map("preference") ?? [], $"{path}.preference", causes);
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

    private static void CheckSpread(JsonObject constraint, string field, Causes causes)
    {
        if (constraint["maxSkew"].AsLong() is null or < 1)
        {
            causes.InvalidNumber($"{field}.maxSkew", constraint["maxSkew"].AsLong() ?? 0, "must be greater than zero");
        }

        if (string.IsNullOrEmpty(constraint.Text("topologyKey")))
        {
            causes.Required($"{field}.topologyKey", "can not be empty");
        }

        if (constraint.Text("whenUnsatisfiable") is not ("DoNotSchedule" or "ScheduleAnyway"))
        {
            causes.NotSupported($"{field}.whenUnsatisfiable", constraint.Text("whenUnsatisfiable") ?? "", "DoNotSchedule", "ScheduleAnyway");
        }

        SelectorRules.Check(constraint.Map("labelSelector"), $"{field}.labelSelector", causes);
    }
}
