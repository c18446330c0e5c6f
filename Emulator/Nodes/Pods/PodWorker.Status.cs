using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>What the kubelet writes into a pod's status, in as few writes as can be.</summary>
internal sealed partial class PodWorker
{
    private static readonly string[] Owned = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady"];

    private readonly Lock statusGate = new();
    private readonly DateTimeOffset startedAt;
    private bool held = true;
    private bool writing;
    private bool again;
    private volatile bool initialized;

    private WriteOptions Writer => WriteOptions.System with { User = $"system:node:{node.Name}", FieldManager = "kubelet" };

    private void Changed()
    {
        lock (statusGate)
        {
            again = true;
            if (held || writing)
            {
                return;
            }

            writing = true;
        }

        _ = Task.Run(WriteAllAsync);
    }

    private async Task ReleaseAfterAsync(TimeSpan delay)
    {
        await Task.Delay(delay);
        Release();
    }

    /// <summary>The pod has started, or takes its time: from now on every change is written.</summary>
    private void Release()
    {
        lock (statusGate)
        {
            if (!held)
            {
                return;
            }

            held = false;
        }

        Changed();
    }

    private async Task WriteAllAsync()
    {
        while (true)
        {
            lock (statusGate)
            {
                if (!again)
                {
                    writing = false;
                    return;
                }

                again = false;
            }

            try
            {
                await WriteNowAsync();
            }
            catch (Exception e)
            {
                services.Logger.LogError(e, "The status of pod {Pod} could not be written", Key);
                await Task.Delay(TimeSpan.FromSeconds(1));
                again = true;
            }
        }
    }

    private Task WriteNowAsync()
    {
        try
        {
            services.Registry.Update(
                KnownTypes.Pods,
                Key.Namespace,
                Key.Name,
                pod =>
                {
                    if (pod.Uid() != Uid)
                    {
                        return null;
                    }

                    var status = Describe(pod);
                    if (JsonNode.DeepEquals(status, pod["status"]))
                    {
                        return null;
                    }

                    pod["status"] = status;
                    return pod;
                },
                Writer,
                "status");
        }
        catch (ApiException e) when (e.Code == 404)
        {
            // The pod was deleted: nobody asks for its status.
        }

        return Task.CompletedTask;
    }

    private JsonObject Describe(JsonObject pod)
    {
        var now = services.Time.GetUtcNow();
        var before = pod["status"] as JsonObject ?? [];
        var phase = PodPhase.Of(pod, initialized || init.Count == 0, init, containers);
        var status = new JsonObject { ["phase"] = phase };
        status["conditions"] = Conditions(before, phase, now);
        var address = network.Address.ToString();
        status["hostIP"] = node.Address.ToString();
        status["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = node.Address.ToString() });
        status["podIP"] = address;
        status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address });
        status["startTime"] = Registry.Timestamp(startedAt);
        if (init.Count > 0)
        {
            status["initContainerStatuses"] = new JsonArray([.. init.Select(runner => DescribeInit(runner))]);
        }

        status["containerStatuses"] = new JsonArray([.. containers.Select(runner => runner.State.Describe())]);
        if (!ephemeral.IsEmpty)
        {
            status["ephemeralContainerStatuses"] = new JsonArray([.. ephemeral.Values.Select(runner => runner.State.Describe())]);
        }

        status["qosClass"] = before["qosClass"]?.DeepClone() ?? QualityOfService.Of(pod);
        return status;
    }

    private static JsonObject DescribeInit(ContainerRunner runner)
    {
        var described = runner.State.Describe();
        if (!runner.IsSidecar)
        {
            // An init container is ready when it has done its work.
            described["ready"] = runner.State.ExitCode == 0;
            described["started"] = runner.State.IsRunning;
        }

        return described;
    }

    private JsonArray Conditions(JsonObject before, string phase, DateTimeOffset now)
    {
        var old = before["conditions"].Items().ToList();
        var conditions = new JsonArray();
        void Add(string type, bool holds, string? reason = null, string? message = null) => conditions.Add(PodConditions.Create(
            type, holds ? "True" : "False", reason, message, old.FirstOrDefault(item => item["type"].Text() == type), now));

        var ended = phase is "Succeeded" or "Failed";
        var endedReason = phase == "Succeeded" ? "PodCompleted" : "PodFailed";
        var unready = containers.Where(runner => !runner.State.IsReady).Select(runner => runner.Name).ToList();
        var unreadyMessage = $"containers with unready status: [{string.Join(' ', unready)}]";
        Add("PodReadyToStartContainers", !ended);
        if (initialized || init.Count == 0)
        {
            Add("Initialized", true, phase == "Succeeded" ? "PodCompleted" : null);
        }
        else
        {
            var incomplete = init.Where(runner => runner.State.ExitCode != 0 && !(runner.IsSidecar && runner.State.IsStarted)).Select(runner => runner.Name);
            Add("Initialized", false, "ContainersNotInitialized", $"containers with incomplete status: [{string.Join(' ', incomplete)}]");
        }

        var gates = latest.Node["spec"]?["readinessGates"].Items()
            .Where(gate => old.All(item => item["type"].Text() != gate["conditionType"].Text() || item["status"].Text() != "True"))
            .Select(gate => gate["conditionType"].Text()).ToList() ?? [];
        var ready = unready.Count == 0 && !ended;
        Add(
            "Ready", ready && gates.Count == 0,
            ready && gates.Count == 0 ? null : ended ? endedReason : !ready ? "ContainersNotReady" : "ReadinessGatesNotReady",
            ready && gates.Count == 0 ? null
                : ended ? null
                : !ready ? unreadyMessage : $"corresponding condition of pod readiness gate \"{gates[0]}\" does not exist.");
        Add("ContainersReady", ready, ready ? null : ended ? endedReason : "ContainersNotReady", ready || ended ? null : unreadyMessage);
        foreach (var kept in old.Where(item => !Owned.Contains(item["type"].Text())))
        {
            conditions.Add(kept.DeepClone());
        }

        return conditions;
    }
}
