using System.Text.Json.Nodes;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Checks;

/// <summary>Reads the READY column of pods, as <c>kubectl get pods</c> prints it.</summary>
internal static class PodColumns
{
    /// <summary>Whether there are pods, and all that stay have this column.</summary>
    public static CheckResult Observe(IReadOnlyList<JsonObject> pods, string expected)
    {
        var columns = pods.Where(pod => !pod.IsBeingDeleted()).Select(PodReport.ReadyColumn).ToArray();
        var observed = columns.Length == 0 ? "there are no pods" : $"{columns.Length} pods: {string.Join(", ", columns.Distinct())}";
        return new CheckResult(columns.Length > 0 && columns.All(column => column == expected), observed);
    }
}
