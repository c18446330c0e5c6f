using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for what makes and bounds pods.</summary>
internal static class WorkloadRules
{
    public static void Deployment(JsonObject spec, JsonObject? old, Causes causes)
    {
        Selected("Deployment", spec, old, causes);
        NotNegative(spec, "minReadySeconds", causes);
        NotNegative(spec, "revisionHistoryLimit", causes);
        NotNegative(spec, "progressDeadlineSeconds", causes);
        if (spec["progressDeadlineSeconds"].AsLong() is { } deadline && deadline >= 0 && deadline <= (spec["minReadySeconds"].AsLong() ?? 0))
        {
            causes.InvalidNumber("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
        }

        var strategy = spec.Map("strategy") ?? [];
        switch (strategy.Text("type"))
        {
            case "Recreate":
                if (strategy["rollingUpdate"] is not null)
                {
                    causes.Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
                }

                break;
            case "RollingUpdate":
                CheckRolling(strategy.Map("rollingUpdate") ?? [], causes);
                break;
            case var type:
                causes.NotSupported("spec.strategy.type", type ?? "", "Recreate", "RollingUpdate");
                break;
        }
    }

    /// <summary>A workload with a selector that its pods must match.</summary>
    public static void Selected(string kind, JsonObject spec, JsonObject? old, Causes causes)
    {
        NotNegative(spec, "replicas", causes);
        var selector = spec.Map("selector");
        var labels = spec.Map("template").Map("metadata").Map("labels");
        if (old is not null && !JsonNode.DeepEquals(old["selector"], spec["selector"]))
        {
            causes.Immutable("spec.selector", GoLiteral.Selector(selector));
        }

        if (selector is null)
        {
            causes.Required("spec.selector");
        }
        else if (selector.Map("matchLabels") is not { Count: > 0 } && selector["matchExpressions"] is not JsonArray { Count: > 0 })
        {
            causes.Invalid("spec.selector", GoLiteral.Selector(selector), $"empty selector is invalid for {kind.ToLowerInvariant()}");
        }

        if (!SelectorRules.Check(selector, "spec.selector", causes))
        {
            causes.Invalid("spec.selector", GoLiteral.Selector(selector), "invalid label selector");
        }
        else if (selector is null || !Matches(selector, labels))
        {
            causes.Invalid("spec.template.metadata.labels", GoLiteral.Map(labels), "`selector` does not match template `labels`");
        }

        Template(spec, "spec.template", ["Always"], causes);
        if (spec.Map("template").Map("spec")?["activeDeadlineSeconds"] is not null)
        {
            causes.Forbidden("spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported");
        }
    }

    public static void Job(JsonObject spec, string field, Causes causes)
    {
        var policy = spec.Map("template").Map("spec")?.Text("restartPolicy");
        foreach (var number in (string[])["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit"])
        {
            NotNegative(spec, number, causes);
        }

        if (spec.Text("completionMode") is { } mode and not ("NonIndexed" or "Indexed"))
        {
            causes.NotSupported($"{field}.completionMode", mode, "NonIndexed", "Indexed");
        }

        if (spec.Text("completionMode") is "Indexed" && spec["completions"] is null)
        {
            causes.Required($"{field}.completions", "when completion mode is Indexed");
        }

        if (policy is "Always")
        {
            causes.Required($"{field}.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"");
        }

        Template(spec, $"{field}.template", [], causes);
    }

    public static void CronJob(JsonObject spec, Causes causes)
    {
        var schedule = spec.Text("schedule") ?? "";
        if (schedule.Length == 0)
        {
            causes.Required("spec.schedule");
        }
        else if (schedule[0] != '@' && schedule.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length is not 5 and var count)
        {
            causes.InvalidText("spec.schedule", schedule, $"expected exactly 5 fields, found {count}: [{schedule}]");
        }

        if (spec.Text("concurrencyPolicy") is { Length: > 0 } policy && policy is not ("Allow" or "Forbid" or "Replace"))
        {
            causes.NotSupported("spec.concurrencyPolicy", policy, "Allow", "Forbid", "Replace");
        }

        Job(spec.Map("jobTemplate").Map("spec") ?? [], "spec.jobTemplate.spec", causes);
    }

    public static void Autoscaler(JsonObject spec, Causes causes)
    {
        var (low, high) = (spec["minReplicas"].AsLong(), spec["maxReplicas"].AsLong() ?? 0);
        if (low is < 1)
        {
            causes.InvalidNumber("spec.minReplicas", low.Value, "must be greater than or equal to 1");
        }

        if (high < 1)
        {
            causes.InvalidNumber("spec.maxReplicas", high, "must be greater than 0");
        }

        if (low > high)
        {
            causes.InvalidNumber("spec.maxReplicas", high, "must be greater than or equal to `minReplicas`");
        }

        foreach (var part in (string[])["kind", "name"])
        {
            if (string.IsNullOrEmpty(spec.Map("scaleTargetRef")?.Text(part)))
            {
                causes.Required($"spec.scaleTargetRef.{part}");
            }
        }

        var at = 0;
        foreach (var metric in spec.Items("metrics"))
        {
            MetricRules.Check(metric, $"spec.metrics[{at++}]", causes);
        }
    }

    public static void Budget(JsonObject spec, Causes causes)
    {
        if (spec["minAvailable"] is not null && spec["maxUnavailable"] is not null)
        {
            causes.Invalid("spec", GoValue.Print(spec), "minAvailable and maxUnavailable cannot be both set");
        }

        SelectorRules.Check(spec.Map("selector"), "spec.selector", causes);
        CheckShare(spec, "minAvailable", "spec.minAvailable", causes);
        CheckShare(spec, "maxUnavailable", "spec.maxUnavailable", causes);
    }

    public static void Priority(JsonObject node, JsonObject? old, Causes causes)
    {
        const long MostOfUsers = 1_000_000_000;
        var name = node.Map("metadata")?.Text("name") ?? "";
        var isSystem = name is "system-cluster-critical" or "system-node-critical";
        if (!isSystem && name.StartsWith("system-", StringComparison.Ordinal))
        {
            causes.Forbidden("metadata.name", "priority class names with 'system-' prefix are reserved for system use only");
        }
        else if (!isSystem && node["value"].AsLong() is > MostOfUsers)
        {
            causes.Forbidden("value", $"maximum allowed value of a user defined priority is {MostOfUsers}");
        }

        if (old is not null && old["value"].AsLong() != node["value"].AsLong())
        {
            causes.Forbidden("value", "may not be changed in an update.");
        }
    }

    private static void Template(JsonObject spec, string field, string[] policies, Causes causes)
    {
        if (spec.Map("template") is not { } template)
        {
            causes.Required(field);
            return;
        }

        MetadataRules.CheckLabels(template.Map("metadata").Map("labels"), $"{field}.metadata.labels", causes);
        var pod = template.Map("spec") ?? [];
        PodRules.Check(pod, $"{field}.spec", causes);
        if (policies.Length > 0 && pod.Text("restartPolicy") is "OnFailure" or "Never")
        {
            causes.NotSupported($"{field}.spec.restartPolicy", pod.Text("restartPolicy")!, policies);
        }
    }

    private static void CheckRolling(JsonObject rolling, Causes causes)
    {
        CheckShare(rolling, "maxUnavailable", "spec.strategy.rollingUpdate.maxUnavailable", causes);
        CheckShare(rolling, "maxSurge", "spec.strategy.rollingUpdate.maxSurge", causes);
        if (IsZero(rolling["maxUnavailable"]) && IsZero(rolling["maxSurge"]))
        {
            causes.Invalid("spec.strategy.rollingUpdate.maxUnavailable", rolling["maxUnavailable"]?.ToJsonString() ?? "0", "may not be 0 when `maxSurge` is 0");
        }
    }

    private static void CheckShare(JsonObject owner, string name, string field, Causes causes)
    {
        switch (owner[name])
        {
            case JsonValue text when text.GetValueKind() is JsonValueKind.String:
                var share = text.GetValue<string>();
                if (!share.EndsWith('%') || !int.TryParse(share.AsSpan(0, share.Length - 1), out var percent) || percent < 0)
                {
                    causes.InvalidText(field, share, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
                }
                else if (percent > 100 && name != "maxSurge")
                {
                    causes.InvalidText(field, share, "must not be greater than 100%");
                }

                break;
            case JsonValue number when number.AsLong() is < 0 and var negative:
                causes.InvalidNumber(field, negative, "must be greater than or equal to 0");
                break;
        }
    }

    private static bool IsZero(JsonNode? node) => node?.ToString() is "0" or "0%";

    private static void NotNegative(JsonObject spec, string name, Causes causes)
    {
        if (spec[name].AsLong() is < 0 and var negative)
        {
            causes.InvalidNumber($"spec.{name}", negative, "must be greater than or equal to 0");
        }
    }

    private static bool Matches(JsonObject selector, JsonObject? labels)
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
