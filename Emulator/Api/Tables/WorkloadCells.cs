using System.Text.Json.Nodes;
using Emulator.Storage;
using static Emulator.Api.Tables.Cells;

namespace Emulator.Api.Tables;

/// <summary>Columns of what makes pods, and of what scales and protects them.</summary>
internal static class WorkloadCells
{
    private static readonly TableColumn Containers =
        TableColumn.Text("Containers", item => Cells.Containers(At(item, "spec", "template", "spec"), "name"), 1);

    private static readonly TableColumn Images = TableColumn.Text("Images", item => Cells.Containers(At(item, "spec", "template", "spec"), "image"), 1);

    private static readonly TableColumn Selected = TableColumn.Text("Selector", item => Selector(At(item, "spec", "selector")), 1);

    public static IReadOnlyList<TableColumn> Deployments { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Ready", item => $"{Number(item, "status", "readyReplicas")}/{Number(item, "spec", "replicas")}"),
        TableColumn.Count("Up-to-date", item => Number(item, "status", "updatedReplicas")),
        TableColumn.Count("Available", item => Number(item, "status", "availableReplicas")),
        TableColumn.Age, Containers, Images, Selected,
    ];

    public static IReadOnlyList<TableColumn> ReplicaSets { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Number("Desired", item => Number(item, "spec", "replicas")),
        TableColumn.Number("Current", item => Number(item, "status", "replicas")),
        TableColumn.Number("Ready", item => Number(item, "status", "readyReplicas")),
        TableColumn.Age, Containers, Images, Selected,
    ];

    public static IReadOnlyList<TableColumn> StatefulSets { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Ready", item => $"{Number(item, "status", "readyReplicas")}/{Number(item, "spec", "replicas")}"),
        TableColumn.Age, Containers, Images,
    ];

    public static IReadOnlyList<TableColumn> DaemonSets { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Number("Desired", item => Number(item, "status", "desiredNumberScheduled")),
        TableColumn.Number("Current", item => Number(item, "status", "currentNumberScheduled")),
        TableColumn.Number("Ready", item => Number(item, "status", "numberReady")),
        TableColumn.Number("Up-to-date", item => Number(item, "status", "updatedNumberScheduled")),
        TableColumn.Number("Available", item => Number(item, "status", "numberAvailable")),
        TableColumn.Text("Node Selector", item => At(item, "spec", "template", "spec", "nodeSelector") is JsonObject { Count: > 0 } labels ? SelectorText.Labels(labels) : None),
        TableColumn.Age, Containers, Images, Selected,
    ];

    public static IReadOnlyList<TableColumn> Jobs { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Status", JobStatus),
        TableColumn.Text("Completions", item => $"{Number(item, "status", "succeeded")}/{Or(Text(item, "spec", "completions"), "1")}"),
        new TableColumn("Duration", "string", "", "", 0, (item, now) => JsonValue.Create(JobDuration(item.Node, now))),
        TableColumn.Age, Containers, Images, Selected,
    ];

    public static IReadOnlyList<TableColumn> CronJobs { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Schedule", item => Text(item, "spec", "schedule")),
        TableColumn.Text("Timezone", item => Or(Text(item, "spec", "timeZone"), None)),
        TableColumn.Text("Suspend", item => Text(item, "spec", "suspend") == "true" ? "True" : "False"),
        TableColumn.Number("Active", item => Size(item, "status", "active")),
        new TableColumn("Last Schedule", "string", "", "", 0, (item, now) =>
            JsonValue.Create(At(item.Node, "status", "lastScheduleTime") is { } last ? HumanAge.Since(last, now) : None)),
        TableColumn.Age,
        TableColumn.Text("Containers", item => Cells.Containers(At(item, "spec", "jobTemplate", "spec", "template", "spec"), "name"), 1),
        TableColumn.Text("Images", item => Cells.Containers(At(item, "spec", "jobTemplate", "spec", "template", "spec"), "image"), 1),
        TableColumn.Text("Selector", item => Selector(At(item, "spec", "jobTemplate", "spec", "selector")), 1),
    ];

    public static IReadOnlyList<TableColumn> Autoscalers { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Reference", item => $"{Text(item, "spec", "scaleTargetRef", "kind")}/{Text(item, "spec", "scaleTargetRef", "name")}"),
        TableColumn.Text("Targets", AutoscalerCells.Targets),
        TableColumn.Text("MinPods", item => Or(Text(item, "spec", "minReplicas"), Unset)),
        TableColumn.Count("MaxPods", item => Number(item, "spec", "maxReplicas")),
        TableColumn.Count("Replicas", item => Number(item, "status", "currentReplicas")),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> Budgets { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Min Available", item => Or(Text(item, "spec", "minAvailable"), "N/A")),
        TableColumn.Text("Max Unavailable", item => Or(Text(item, "spec", "maxUnavailable"), "N/A")),
        TableColumn.Number("Allowed Disruptions", item => Number(item, "status", "disruptionsAllowed")),
        TableColumn.Age,
    ];

    private static string JobStatus(JsonObject job) =>
        Condition(job, "Complete") == "True" ? "Complete"
        : Condition(job, "Failed") == "True" ? "Failed"
        : job.IsDeleting() ? "Terminating"
        : Condition(job, "Suspended") == "True" ? "Suspended"
        : Condition(job, "FailureTarget") == "True" ? "FailureTarget"
        : Condition(job, "SuccessCriteriaMet") == "True" ? "SuccessCriteriaMet"
        : "Running";

    private static string JobDuration(JsonObject job, DateTimeOffset now)
    {
        var started = At(job, "status", "startTime");
        if (started is null)
        {
            return "";
        }

        return DateTimeOffset.TryParse(Text(job, "status", "completionTime"), out var ended) ? HumanAge.Since(started, ended) : HumanAge.Since(started, now);
    }
}
