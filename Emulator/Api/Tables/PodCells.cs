using System.Text.Json.Nodes;
using Emulator.Storage;
using static Emulator.Api.Tables.Cells;

namespace Emulator.Api.Tables;

/// <summary>The state of a pod in one word, as the printer of kube-apiserver finds it (pkg/printers/internalversion, printPod).</summary>
internal static class PodCells
{
    public static IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Ready", Ready),
        TableColumn.Text("Status", Status),
        new TableColumn("Restarts", "string", "", "", 0, (item, now) => JsonValue.Create(Restarts(item.Node, now))),
        TableColumn.Age,
        TableColumn.Text("IP", pod => Or(Text(pod, "status", "podIP"), None), 1),
        TableColumn.Text("Node", pod => Or(Text(pod, "spec", "nodeName"), None), 1),
        TableColumn.Text("Nominated Node", pod => Or(Text(pod, "status", "nominatedNodeName"), None), 1),
        TableColumn.Text("Readiness Gates", Gates, 1),
    ];

    private static string Ready(JsonObject pod)
    {
        var ready = Items(pod, "status", "containerStatuses").Count(status => Text(status, "ready") == "true");
        var total = Size(pod, "spec", "containers");
        foreach (var sidecar in Items(pod, "spec", "initContainers").Where(IsSidecar))
        {
            total++;
            if (Items(pod, "status", "initContainerStatuses").Any(status =>
                Text(status, "name") == Text(sidecar, "name") && Text(status, "ready") == "true" && Text(status, "started") == "true"))
            {
                ready++;
            }
        }

        return $"{ready}/{total}";
    }

    private static string Status(JsonObject pod)
    {
        var reason = Or(Text(pod, "status", "reason"), Text(pod, "status", "phase"));
        if (Items(pod, "status", "conditions").Any(condition => Text(condition, "type") == "PodScheduled" && Text(condition, "reason") == "SchedulingGated"))
        {
            reason = "SchedulingGated";
        }

        var initializing = Initializing(pod);
        if (initializing is not null)
        {
            reason = initializing;
        }

        if (initializing is null || Condition(pod, "Initialized") == "True")
        {
            reason = OfContainers(pod, reason);
        }

        return pod.IsDeleting()
            ? Text(pod, "status", "reason") == "NodeLost" ? "Unknown" : Text(pod, "status", "phase") is "Failed" or "Succeeded" ? reason : "Terminating"
            : reason;
    }

    private static string? Initializing(JsonObject pod)
    {
        var index = -1;
        foreach (var status in Items(pod, "status", "initContainerStatuses"))
        {
            index++;
            var spec = Items(pod, "spec", "initContainers").FirstOrDefault(container => Text(container, "name") == Text(status, "name"));
            var terminated = At(status, "state", "terminated");
            if (terminated is not null && Number(terminated, "exitCode") == 0 || spec is not null && IsSidecar(spec) && Text(status, "started") == "true")
            {
                continue;
            }

            if (terminated is not null)
            {
                return Text(terminated, "reason") is { Length: > 0 } why ? $"Init:{why}"
                    : Number(terminated, "signal") is not 0 and var signal ? $"Init:Signal:{signal}"
                    : $"Init:ExitCode:{Number(terminated, "exitCode")}";
            }

            return Text(status, "state", "waiting", "reason") is { Length: > 0 } waiting and not "PodInitializing"
                ? $"Init:{waiting}"
                : $"Init:{index}/{Size(pod, "spec", "initContainers")}";
        }

        return null;
    }

    private static string OfContainers(JsonObject pod, string reason)
    {
        var running = false;
        foreach (var status in Items(pod, "status", "containerStatuses").Reverse())
        {
            var terminated = At(status, "state", "terminated");
            if (Text(status, "state", "waiting", "reason") is { Length: > 0 } waiting)
            {
                reason = waiting;
            }
            else if (terminated is not null)
            {
                reason = Text(terminated, "reason") is { Length: > 0 } why ? why
                    : Number(terminated, "signal") is not 0 and var signal ? $"Signal:{signal}"
                    : $"ExitCode:{Number(terminated, "exitCode")}";
            }
            else if (Text(status, "ready") == "true" && At(status, "state", "running") is not null)
            {
                running = true;
            }
        }

        return reason == "Completed" && running ? Condition(pod, "Ready") == "True" ? "Running" : "NotReady" : reason;
    }

    private static string Restarts(JsonObject pod, DateTimeOffset now)
    {
        var initializing = Initializing(pod) is not null && Condition(pod, "Initialized") != "True";
        var statuses = initializing
            ? Items(pod, "status", "initContainerStatuses").ToList()
            : [.. Items(pod, "status", "containerStatuses"), .. Items(pod, "status", "initContainerStatuses").Where(status =>
                Items(pod, "spec", "initContainers").Any(container => Text(container, "name") == Text(status, "name") && IsSidecar(container)))];
        var count = statuses.Sum(status => Number(status, "restartCount"));
        var last = statuses.Select(status => Text(status, "lastState", "terminated", "finishedAt")).Where(time => time.Length > 0).Max(StringComparer.Ordinal);
        return count == 0 || last is null ? $"{count}" : $"{count} ({HumanAge.Since(JsonValue.Create(last), now)} ago)";
    }

    private static string Gates(JsonObject pod)
    {
        var gates = Items(pod, "spec", "readinessGates").ToList();
        return gates.Count == 0 ? None : $"{gates.Count(gate => Condition(pod, Text(gate, "conditionType")) == "True")}/{gates.Count}";
    }

    private static bool IsSidecar(JsonObject container) => Text(container, "restartPolicy") == "Always";
}
