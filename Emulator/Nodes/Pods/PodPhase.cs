using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Sums up a pod's containers in one word (kubelet, getPhase).</summary>
internal static class PodPhase
{
    public static string Of(JsonObject pod, bool initialized, IReadOnlyList<ContainerRunner> init, IReadOnlyList<ContainerRunner> containers)
    {
        var policy = pod["spec"]?["restartPolicy"].Text() ?? "Always";
        if (!initialized)
        {
            return policy == "Never" && init.Any(runner => !runner.IsSidecar && runner.State.ExitCode is > 0 or < 0) ? "Failed" : "Pending";
        }

        if (containers.Any(runner => runner.State.IsWaiting && runner.State.Restarts == 0 && !runner.State.HasRun))
        {
            return "Pending";
        }

        if (containers.Any(runner => runner.State.IsRunning))
        {
            return "Running";
        }

        return policy == "Always" ? "Running"
            : containers.All(runner => runner.State.ExitCode == 0) ? "Succeeded"
            : policy == "Never" ? "Failed"
            : "Running";
    }
}
