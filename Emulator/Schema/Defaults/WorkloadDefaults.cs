using System.Text.Json.Nodes;

namespace Emulator.Schema.Defaults;

/// <summary>Defaults of what makes pods: the apps, batch and autoscaling groups.</summary>
internal static class WorkloadDefaults
{
    public static void Deployment(JsonObject spec)
    {
        PodDefaults.Template(Json.Ensure(spec, "template"));
        spec.Default("replicas", 1L);
        var strategy = Json.Ensure(spec, "strategy");
        strategy.DefaultText("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            var rolling = Json.Ensure(strategy, "rollingUpdate");
            rolling.Default("maxUnavailable", "25%");
            rolling.Default("maxSurge", "25%");
        }

        spec.Default("revisionHistoryLimit", 10L);
        spec.Default("progressDeadlineSeconds", 600L);
    }

    public static void ReplicaSet(JsonObject spec)
    {
        PodDefaults.Template(Json.Ensure(spec, "template"));
        spec.Default("replicas", 1L);
    }

    public static void StatefulSet(JsonObject spec)
    {
        PodDefaults.Template(Json.Ensure(spec, "template"));
        spec.DefaultText("podManagementPolicy", "OrderedReady");
        var strategy = Json.Ensure(spec, "updateStrategy");
        strategy.DefaultText("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            Json.Ensure(strategy, "rollingUpdate").Default("partition", 0L);
        }

        var retention = Json.Ensure(spec, "persistentVolumeClaimRetentionPolicy");
        retention.DefaultText("whenDeleted", "Retain");
        retention.DefaultText("whenScaled", "Retain");
        spec.Default("replicas", 1L);
        spec.Default("revisionHistoryLimit", 10L);
        foreach (var claim in spec.Items("volumeClaimTemplates"))
        {
            claim.DefaultText("apiVersion", "v1");
            claim.DefaultText("kind", "PersistentVolumeClaim");
            Json.Ensure(claim, "spec").Default("volumeMode", "Filesystem");
            Json.Ensure(claim, "status").DefaultText("phase", "Pending");
        }
    }

    public static void DaemonSet(JsonObject spec)
    {
        PodDefaults.Template(Json.Ensure(spec, "template"));
        var strategy = Json.Ensure(spec, "updateStrategy");
        strategy.DefaultText("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            var rolling = Json.Ensure(strategy, "rollingUpdate");
            rolling.Default("maxUnavailable", 1L);
            rolling.Default("maxSurge", 0L);
        }

        spec.Default("revisionHistoryLimit", 10L);
    }

    public static void Job(JsonObject spec)
    {
        PodDefaults.Template(Json.Ensure(spec, "template"));
        if (spec["completions"] is null && spec["parallelism"] is null)
        {
            spec["completions"] = 1L;
        }

        spec.Default("parallelism", 1L);
        spec.Default("backoffLimit", 6L);
        spec.Default("completionMode", "NonIndexed");
        spec.Default("suspend", false);
        spec.Default("podReplacementPolicy", spec["podFailurePolicy"] is null ? "TerminatingOrFailed" : "Failed");
    }

    public static void CronJob(JsonObject spec)
    {
        PodDefaults.Template(spec.Map("jobTemplate").Map("spec").Map("template"));
        spec.DefaultText("concurrencyPolicy", "Allow");
        spec.Default("suspend", false);
        spec.Default("successfulJobsHistoryLimit", 3L);
        spec.Default("failedJobsHistoryLimit", 1L);
    }

    public static void Autoscaler(JsonObject spec, bool hasMetrics)
    {
        spec.Default("minReplicas", 1L);
        if (hasMetrics && spec["metrics"] is not JsonArray { Count: > 0 })
        {
            spec["metrics"] = new JsonArray(new JsonObject
            {
                ["type"] = "Resource",
                ["resource"] = new JsonObject
                {
                    ["name"] = "cpu",
                    ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = 80L },
                },
            });
        }

        if (spec.Map("behavior") is { } behavior)
        {
            Scaling(Json.Ensure(behavior, "scaleUp"), 0, Policy("Pods", 4), Policy("Percent", 100));
            Scaling(Json.Ensure(behavior, "scaleDown"), null, Policy("Percent", 100));
        }
    }

    private static void Scaling(JsonObject rules, long? window, params JsonNode?[] policies)
    {
        if (window is { } seconds)
        {
            rules.Default("stabilizationWindowSeconds", seconds);
        }

        rules.Default("selectPolicy", "Max");
        if (rules["policies"] is not JsonArray)
        {
            rules["policies"] = new JsonArray(policies);
        }
    }

    private static JsonObject Policy(string type, long value) => new() { ["type"] = type, ["value"] = value, ["periodSeconds"] = 15L };
}
