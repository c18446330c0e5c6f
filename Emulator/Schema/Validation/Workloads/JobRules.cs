using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for Jobs and CronJobs.</summary>
internal static class JobRules
{
    private const int MostIndexed = 100_000;
    private const int LongestName = 52;

    private static readonly string[] Fixed = ["selector", "template", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"];

    /// <param name="isStarted">Whether the Job that is changed has run before.</param>
    public static void Job(JsonObject spec, JsonObject? old, bool isStarted, Causes causes)
    {
        CheckSpec(spec, "spec", causes);
        var labels = spec.Map("template").Map("metadata").Map("labels");
        if (spec.Map("selector") is { } selector && SelectorRules.Check(selector, "spec.selector", causes) && !SelectorRules.Matches(selector, labels))
        {
            causes.Invalid("spec.template.metadata.labels", GoLiteral.Map(labels), "`selector` does not match template `labels`");
        }

        if (old is null)
        {
            if (!spec.IsTrue("manualSelector") && (spec.Map("selector").Map("matchLabels") ?? []).Any(label => !label.Key.EndsWith("controller-uid", StringComparison.Ordinal)))
            {
                causes.Invalid("spec.selector", GoLiteral.Selector(spec.Map("selector")), "`selector` not auto-generated");
            }

            return;
        }

        // The completions of an indexed Job may follow its parallelism.
        var isElastic = spec.Text("completionMode") == "Indexed" && spec["completions"].AsLong() == spec["parallelism"].AsLong();
        if (spec["completions"].AsLong() != old["completions"].AsLong() && !isElastic)
        {
            causes.Immutable("spec.completions", spec["completions"]?.ToJsonString() ?? "\"null\"");
        }

        var template = old.Map("template");
        if (template is not null && old.IsTrue("suspend") && !isStarted && spec.Map("template") is { } wanted)
        {
            template = Movable(template, wanted);
        }

        foreach (var field in Fixed.Where(field => !JsonNode.DeepEquals(spec[field], field == "template" ? template : old[field])))
        {
            causes.Immutable($"spec.{field}", spec[field] is JsonObject value ? GoLiteral.Struct("core.PodTemplateSpec", value)
                : spec[field] is { } plain ? GoQuote.Text(plain.ToString()) : "\"null\"");
        }
    }

    /// <summary>The template of a suspended Job with what may be changed of it: where its pods run, and what they are called.</summary>
    private static JsonObject Movable(JsonObject template, JsonObject wanted)
    {
        var copy = (JsonObject)template.DeepClone();
        var (spec, next) = (Json.Ensure(copy, "spec"), wanted.Map("spec") ?? []);
        foreach (var field in (string[])["nodeSelector", "tolerations", "schedulingGates"])
        {
            spec.CopyFrom(next, field);
        }

        var affinity = spec.Map("affinity") ?? [];
        affinity.CopyFrom(next.Map("affinity") ?? [], "nodeAffinity");
        if (spec["affinity"] is null && affinity.Count > 0)
        {
            spec["affinity"] = affinity;
        }
        else if (affinity.Count == 0 && next["affinity"] is null)
        {
            spec.Remove("affinity");
        }

        foreach (var field in (string[])["labels", "annotations"])
        {
            Json.Ensure(copy, "metadata").CopyFrom(wanted.Map("metadata") ?? [], field);
        }

        return copy;
    }

    public static void CronJob(string name, JsonObject spec, Causes causes)
    {
        var schedule = spec.Text("schedule") ?? "";
        causes.Need(spec, "spec", "schedule");
        causes.Fit("spec.schedule", schedule, schedule.Length == 0 ? null : CronSchedule.Fault(schedule));
        causes.NotNegative(spec, "spec", "startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit");
        if (spec.Text("timeZone") is { } zone)
        {
            CheckZone(zone, causes);
        }

        causes.OneOf(spec, "spec", "concurrencyPolicy", "Allow", "Forbid", "Replace");
        CheckSpec(spec.Map("jobTemplate").Map("spec") ?? [], "spec.jobTemplate.spec", causes);
        if (name.Length > LongestName)
        {
            causes.InvalidText("metadata.name", name, $"must be no more than {LongestName} characters");
        }
    }

    private static void CheckZone(string zone, Causes causes)
    {
        if (zone.Length == 0)
        {
            causes.InvalidText("spec.timeZone", zone, "timeZone must be nil or non-empty string");
        }
        else if (zone.Equals("Local", StringComparison.OrdinalIgnoreCase))
        {
            causes.InvalidText("spec.timeZone", zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
        }
        else if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            causes.InvalidText("spec.timeZone", zone, $"unknown time zone {zone}");
        }
    }

    private static void CheckSpec(JsonObject spec, string field, Causes causes)
    {
        causes.NotNegative(spec, field, "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes");
        causes.OneOf(spec, field, "completionMode", "NonIndexed", "Indexed");
        var isIndexed = spec.Text("completionMode") == "Indexed";
        if (isIndexed && spec["completions"] is null)
        {
            causes.Required($"{field}.completions", "when completion mode is Indexed");
        }

        if (isIndexed && spec["parallelism"].AsLong() is > MostIndexed and var parallel)
        {
            causes.InvalidNumber($"{field}.parallelism", parallel, $"must be less than or equal to {MostIndexed} when completion mode is Indexed");
        }

        if (!isIndexed && spec["backoffLimitPerIndex"].AsLong() is { } limit)
        {
            causes.InvalidNumber($"{field}.backoffLimitPerIndex", limit, "requires indexed completion mode");
        }

        if (spec["maxFailedIndexes"] is not null && spec["backoffLimitPerIndex"] is null)
        {
            causes.Required($"{field}.backoffLimitPerIndex", "when maxFailedIndexes is specified");
        }

        if (spec.Map("template") is not { } template)
        {
            causes.Required($"{field}.template");
            return;
        }

        MetadataRules.CheckTemplate(template, $"{field}.template", causes);
        var pod = template.Map("spec") ?? [];
        WorkloadRules.PodTemplate(pod, $"{field}.template.spec", causes);
        switch (pod.Text("restartPolicy"))
        {
            case "Always" or null or "":
                causes.Required($"{field}.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"");
                break;
            case not ("OnFailure" or "Never") and var policy:
                causes.NotSupported($"{field}.template.spec.restartPolicy", policy, "OnFailure", "Never");
                break;
            case "OnFailure" when spec["podFailurePolicy"] is not null:
                causes.InvalidText($"{field}.template.spec.restartPolicy", "OnFailure", "only \"Never\" is supported when podFailurePolicy is specified");
                break;
        }
    }
}
