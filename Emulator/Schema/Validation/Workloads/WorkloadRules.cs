using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for what keeps a number of pods running.</summary>
internal static class WorkloadRules
{
    private const string StatefulRefusal =
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

    private static readonly string[] StatefulChanges =
        ["replicas", "ordinals", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"];

    public static void Deployment(JsonObject spec, JsonObject? old, Causes causes)
    {
        Selected("Deployment", spec, old, causes);
        causes.NotNegative(spec, "spec", "revisionHistoryLimit", "progressDeadlineSeconds");
        if (spec["progressDeadlineSeconds"].AsLong() is { } deadline && deadline <= (spec["minReadySeconds"].AsLong() ?? 0))
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
                CheckRolling(strategy.Map("rollingUpdate") ?? [], "spec.strategy.rollingUpdate", causes);
                break;
            case var type:
                causes.NotSupported("spec.strategy.type", type ?? "", "Recreate", "RollingUpdate");
                break;
        }
    }

    public static void DaemonSet(JsonObject spec, JsonObject? old, Causes causes)
    {
        Selected("DaemonSet", spec, old, causes);
        causes.NotNegative(spec, "spec", "revisionHistoryLimit");
        var strategy = spec.Map("updateStrategy") ?? [];
        switch (strategy.Text("type"))
        {
            case "OnDelete":
                break;
            case "RollingUpdate":
                CheckRolling(strategy.Map("rollingUpdate") ?? [], "spec.updateStrategy.rollingUpdate", causes);
                break;
            default:
                causes.Add("FieldValueNotSupported", "spec.updateStrategy", $"Unsupported value: {GoLiteral.Struct("apps.DaemonSetUpdateStrategy", strategy)}",
                    "supported values: \"RollingUpdate\", \"OnDelete\"");
                break;
        }
    }

    public static void StatefulSet(JsonObject spec, JsonObject? old, Causes causes)
    {
        if (old is not null && !JsonNode.DeepEquals(Without(spec, StatefulChanges), Without(old, StatefulChanges)))
        {
            causes.Forbidden("spec", StatefulRefusal);
        }

        if (spec.Text("podManagementPolicy") is { } order and not ("OrderedReady" or "Parallel"))
        {
            causes.InvalidText("spec.podManagementPolicy", order, "must be 'OrderedReady' or 'Parallel'");
        }

        var strategy = spec.Map("updateStrategy") ?? [];
        switch (strategy.Text("type"))
        {
            case "OnDelete":
                if (strategy.Map("rollingUpdate") is { } rolling)
                {
                    causes.Invalid("spec.updateStrategy.rollingUpdate", GoLiteral.Struct("apps.RollingUpdateStatefulSetStrategy", rolling), "only allowed for updateStrategy 'RollingUpdate'");
                }

                break;
            case "RollingUpdate":
                causes.NotNegative(strategy.Map("rollingUpdate"), "spec.updateStrategy.rollingUpdate", "partition");
                break;
            default:
                causes.Invalid("spec.updateStrategy", GoLiteral.Struct("apps.StatefulSetUpdateStrategy", strategy), "must be 'RollingUpdate' or 'OnDelete'");
                break;
        }

        foreach (var when in (string[])["whenDeleted", "whenScaled"])
        {
            causes.OneOf(spec.Map("persistentVolumeClaimRetentionPolicy"), "spec.persistentVolumeClaimRetentionPolicy", when, "Delete", "Retain");
        }

        causes.NotNegative(spec.Map("ordinals"), "spec.ordinals", "start");
        Selected("StatefulSet", spec, null, causes);
    }

    public static void ReplicationController(JsonObject spec, Causes causes)
    {
        causes.NotNegative(spec, "spec", "minReadySeconds", "replicas");
        var selector = spec.Map("selector") ?? [];
        if (selector.Count == 0)
        {
            causes.Required("spec.selector");
        }

        var labels = spec.Map("template").Map("metadata").Map("labels");
        if (selector.Any(wanted => labels?[wanted.Key]?.ToString() != wanted.Value?.ToString()))
        {
            causes.Invalid("spec.template.metadata.labels", GoLiteral.Map(labels), "`selector` does not match template `labels`");
        }

        Template("ReplicationController", spec, causes);
    }

    /// <summary>A workload with a selector that its pods must match.</summary>
    public static void Selected(string kind, JsonObject spec, JsonObject? old, Causes causes)
    {
        causes.NotNegative(spec, "spec", "replicas", "minReadySeconds");
        var selector = spec.Map("selector");
        var labels = spec.Map("template").Map("metadata").Map("labels");
        if (old is not null && !JsonNode.DeepEquals(old["selector"], spec["selector"]))
        {
            causes.Immutable("spec.selector", GoLiteral.Selector(selector));
        }

        if (selector is null)
        {
            if (kind != "DaemonSet")
            {
                causes.Required("spec.selector");
            }
        }
        else if (selector.Map("matchLabels") is not { Count: > 0 } && selector["matchExpressions"] is not JsonArray { Count: > 0 })
        {
            causes.Invalid("spec.selector", GoLiteral.Selector(selector), $"empty selector is invalid for {kind.ToLowerInvariant()}");
        }

        if (!SelectorRules.Check(selector, "spec.selector", causes))
        {
            if (kind != "DaemonSet")
            {
                causes.Invalid("spec.selector", GoLiteral.Selector(selector), kind == "StatefulSet" ? "" : "invalid label selector");
            }
        }
        else if (selector is null || !SelectorRules.Matches(selector, labels))
        {
            causes.Invalid("spec.template.metadata.labels", GoLiteral.Map(labels), "`selector` does not match template `labels`");
        }

        Template(kind, spec, causes);
    }

    private static void Template(string kind, JsonObject spec, Causes causes)
    {
        if (spec.Map("template") is not { } template)
        {
            causes.Required("spec.template");
            return;
        }

        // A StatefulSet's template is not looked into: its claims add volumes that it does not list.
        MetadataRules.CheckTemplate(template, "spec.template", causes);
        var pod = template.Map("spec") ?? [];
        if (kind != "StatefulSet")
        {
            PodTemplate(pod, "spec.template.spec", causes);
        }

        if (pod.Text("restartPolicy") is not (null or "Always") and var policy)
        {
            causes.NotSupported("spec.template.spec.restartPolicy", policy!, "Always");
        }

        if (pod["activeDeadlineSeconds"] is not null)
        {
            // The real server names the ReplicaSet for Deployments too.
            causes.Forbidden("spec.template.spec.activeDeadlineSeconds", $"activeDeadlineSeconds in {(kind == "Deployment" ? "ReplicaSet" : kind)} is not Supported");
        }
    }

    /// <summary>The spec in a template of pods.</summary>
    public static void PodTemplate(JsonObject pod, string field, Causes causes)
    {
        PodRules.Check(pod, field, isPod: false, causes);
        if (pod["ephemeralContainers"] is JsonArray { Count: > 0 })
        {
            causes.Forbidden($"{field}.ephemeralContainers", "ephemeral containers not allowed in pod template");
        }
    }

    private static void CheckRolling(JsonObject rolling, string field, Causes causes)
    {
        Share(rolling, "maxUnavailable", field, causes);
        Share(rolling, "maxSurge", field, causes);
        var isOfDaemons = field.Contains("updateStrategy", StringComparison.Ordinal);
        if (IsZero(rolling["maxUnavailable"]) && IsZero(rolling["maxSurge"]))
        {
            causes.Invalid($"{field}.maxUnavailable", GoLiteral.IntOrString(rolling["maxUnavailable"]),
                isOfDaemons ? "cannot be 0 when maxSurge is 0" : "may not be 0 when `maxSurge` is 0");
        }
        else if (isOfDaemons && !IsZero(rolling["maxUnavailable"]) && !IsZero(rolling["maxSurge"]))
        {
            causes.Invalid($"{field}.maxSurge", GoLiteral.IntOrString(rolling["maxSurge"]), "may not be set when maxUnavailable is non-zero");
        }
    }

    /// <summary>A number, or a percentage, of pods.</summary>
    public static void Share(JsonObject owner, string name, string path, Causes causes)
    {
        switch (owner[name])
        {
            case JsonValue text when text.GetValueKind() is JsonValueKind.String:
                var share = text.GetValue<string>();
                if (!share.EndsWith('%') || share.Length < 2 || share.AsSpan(0, share.Length - 1).ContainsAnyExceptInRange('0', '9'))
                {
                    causes.Invalid($"{path}.{name}", GoLiteral.IntOrString(text), "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
                }
                else if (name != "maxSurge" && (!int.TryParse(share.AsSpan(0, share.Length - 1), out var percent) || percent > 100))
                {
                    causes.Invalid($"{path}.{name}", GoLiteral.IntOrString(text), "must not be greater than 100%");
                }

                break;
            case JsonValue number when number.AsLong() is < 0 and var negative:
                causes.InvalidNumber($"{path}.{name}", negative, "must be greater than or equal to 0");
                break;
        }
    }

    private static bool IsZero(JsonNode? node) => node?.ToString() is null or "0" or "0%";

    private static JsonObject Without(JsonObject spec, string[] fields)
    {
        var copy = (JsonObject)spec.DeepClone();
        foreach (var field in fields)
        {
            copy.Remove(field);
        }

        return copy;
    }
}
