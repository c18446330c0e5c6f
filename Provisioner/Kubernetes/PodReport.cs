using System.Text.Json.Nodes;

namespace Provisioner.Kubernetes;

/// <summary>Says in words why pods are not ready.</summary>
internal static class PodReport
{
    // What keeps one container, such as the image of its sidecar, stands in the other's status.
    private static readonly string[] WaitForOthers = ["PodInitializing", "ContainerCreating"];

    /// <summary>One clause per pod that is not ready, such as <c>whereami-1: ImagePullBackOff: no such image</c>.</summary>
    public static string Describe(IEnumerable<JsonObject> pods) =>
        string.Join("; ", pods.Where(pod => !pod.IsBeingDeleted() && !pod.IsTrue("Ready")).Select(pod => $"{pod.Name()}: {Reason(pod)}"));

    /// <summary>Ready containers and all, as kubectl prints them: <c>2/2</c>.</summary>
    public static string ReadyColumn(JsonObject pod)
    {
        var sidecars = pod["spec"]?["initContainers"].Objects().Where(container => container["restartPolicy"]?.ToString() == "Always").Count() ?? 0;
        var all = (pod["spec"]?["containers"].Objects().Count() ?? 0) + sidecars;
        return $"{Statuses(pod).Count(status => status["ready"]?.GetValue<bool>() == true)}/{all}";
    }

    public static bool IsInjected(JsonObject pod) => pod.Annotation("sidecar.istio.io/status") is not null;

    private static string Reason(JsonObject pod)
    {
        var states = Statuses(pod).Select(status => status["state"]).Select(state => (state?["waiting"] ?? state?["terminated"]) as JsonObject)
            .OfType<JsonObject>().Where(state => state["reason"] is not null).ToArray();
        if ((states.FirstOrDefault(state => !WaitForOthers.Contains(state["reason"]!.ToString())) ?? states.FirstOrDefault()) is { } state)
        {
            return state["message"] is { } message ? $"{state["reason"]}: {message}" : state["reason"]!.ToString();
        }

        return pod.Condition("PodScheduled") is { } scheduled && scheduled["status"]?.ToString() == "False"
            ? $"not scheduled: {scheduled["message"]}"
            : $"{pod["status"]?["phase"]}, {ReadyColumn(pod)} containers ready";
    }

    private static IEnumerable<JsonObject> Statuses(JsonObject pod) =>
        (pod["status"]?["containerStatuses"].Objects() ?? []).Concat(pod["status"]?["initContainerStatuses"].Objects()
            .Where(status => status["state"]?["terminated"]?["reason"]?.ToString() != "Completed") ?? []);
}
