using System.Text.Json.Nodes;
using Emulator.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Asks each metric of an autoscaler how many replicas it wants; the largest answer wins.</summary>
internal sealed class ScalingMetrics(IReadOnlyList<JsonObject> pods, Func<JsonObject, PodUsage?> find, int current, string ns, DateTimeOffset now)
{
    private const string NoCustom = "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered";
    private const string NoExternal = "unable to fetch metrics from external metrics API: no external metrics API (external.metrics.k8s.io) registered";

    /// <summary>What status.currentMetrics says, a value for each metric of the spec.</summary>
    public JsonArray Current { get; } = [];

    /// <summary>Reason and message of each metric that has no value.</summary>
    public List<(string Reason, string Message, string Wrapped)> Failures { get; } = [];

    /// <summary>The largest proposal, and the metric that it is from; null when no metric has a value.</summary>
    public (int Replicas, string Metric)? Best { get; private set; }

    public void Add(JsonObject metric)
    {
        try
        {
            var (replicas, name) = metric["type"].Text() switch
            {
                "Resource" => Resource(metric, "resource", "FailedGetResourceMetric", "resource"),
                "ContainerResource" => Resource(metric, "containerResource", "FailedGetContainerResourceMetric", "container"),
                "Pods" => throw Missing("FailedGetPodsMetric", "failed to get pods metric value", $"unable to get metric {Name(metric, "pods")}: {NoCustom}"),
                "Object" => throw Missing("FailedGetObjectMetric", "failed to get object metric value",
                    $"unable to get metric {Name(metric, "object")}: {metric["object"]?["describedObject"]?["kind"].Text()} on {ns} "
                    + $"{metric["object"]?["describedObject"]?["name"].Text()}/{NoCustom}"),
                "External" => throw Missing("FailedGetExternalMetric", $"failed to get {Name(metric, "external")} external metric value",
                    $"failed to get {Name(metric, "external")} external metric: unable to get external metric {ns}/{Name(metric, "external")}/nil: {NoExternal}"),
                var other => throw Missing("InvalidMetricSourceType", "", $"unknown metric source type \"{other}\""),
            };
            if (Best is null || replicas > Best.Value.Replicas)
            {
                Best = (replicas, name);
            }
        }
        catch (MetricException)
        {
            Current.Add(new JsonObject { ["type"] = "" });
        }
    }

    private (int Replicas, string Name) Resource(JsonObject metric, string field, string reason, string what)
    {
        var source = metric[field]!;
        var resource = source["name"].Text() ?? "";
        var container = source["container"].Text();
        var calculator = new ReplicaCalculator(pods, find, resource, container, now);
        var utilization = source["target"]?["averageUtilization"].AsLong();
        try
        {
            var proposal = source["target"]?["averageValue"].Text() is { } amount
                ? calculator.ForAverage(current, (long)Math.Ceiling((Quantity.Parse(amount) ?? 0) * 1000))
                : calculator.ForUtilization(current, (int)(utilization
                    ?? throw new MetricException("invalid resource metric source: neither an average utilization target nor an average value (usage) target was set")));
            Current.Add(Describe(field, resource, container, proposal));
            var name = proposal.Utilization is null ? $"{resource} resource"
                : container is null ? $"{resource} resource utilization (percentage of request)"
                : $"{resource} container resource utilization (percentage of request)";
            return (proposal.Replicas, name);
        }
        catch (MetricException e)
        {
            throw Missing(reason, $"failed to get {resource} {what} metric value", $"failed to get {resource} {(utilization is null ? "usage" : "utilization")}: {e.Message}");
        }
    }

    private static JsonObject Describe(string field, string resource, string? container, ReplicaProposal proposal)
    {
        var current = new JsonObject();
        if (proposal.Utilization is { } percent)
        {
            current["averageUtilization"] = percent;
        }

        current["averageValue"] = Schema.Decoding.Quantity.Canonical($"{proposal.AverageMilli}m");
        var described = new JsonObject { ["name"] = resource };
        if (container is not null)
        {
            described["container"] = container;
        }

        described["current"] = current;
        return new JsonObject { ["type"] = char.ToUpperInvariant(field[0]) + field[1..], [field] = described };
    }

    private MetricException Missing(string reason, string wrapping, string message)
    {
        Failures.Add((reason, message, wrapping.Length == 0 ? message : $"{wrapping}: {message}"));
        return new MetricException(message);
    }

    private static string Name(JsonObject metric, string field) => metric[field]?["metric"]?["name"].Text() ?? "";
}
