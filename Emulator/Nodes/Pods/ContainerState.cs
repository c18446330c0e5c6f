using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>What a container's status shows.</summary>
/// <param name="spec">The container in the pod's spec.</param>
/// <param name="initialReason">Why it waits at first.</param>
/// <param name="before">Its status when an earlier process ran it; null for a new pod.</param>
internal sealed class ContainerState(JsonObject spec, string initialReason, JsonObject? before = null)
{
    private readonly Lock gate = new();
    private JsonObject state = new() { ["waiting"] = new JsonObject { ["reason"] = initialReason } };
    private JsonObject last = Interrupted(before);
    private string id = "";
    private bool ready;
    private bool started;

    public string Name { get; } = spec["name"].Text() ?? "";

    public int Restarts { get; set; } = (before?["restartCount"].Int() ?? 0) + (HasRunBefore(before) ? 1 : 0);

    public bool IsReady => Read(() => ready);

    public bool IsStarted => Read(() => started);

    public bool IsRunning => Read(() => state.ContainsKey("running"));

    /// <summary>Whether it has run before and may run again.</summary>
    public bool HasRun => Read(() => last.Count > 0);

    public bool IsWaiting => Read(() => state.ContainsKey("waiting"));

    /// <summary>The exit code once it has ended; null while it waits or runs.</summary>
    public int? ExitCode => Read(() => (int?)state["terminated"]?["exitCode"].AsLong());

    public string Image { get; set; } = spec["image"].Text() ?? "";

    public void Wait(string reason, string? message)
    {
        lock (gate)
        {
            KeepLast();
            var waiting = new JsonObject { ["reason"] = reason };
            if (message is not null)
            {
                waiting["message"] = message;
            }

            state = new JsonObject { ["waiting"] = waiting };
            (ready, started) = (false, false);
        }
    }

    public void Run(DateTimeOffset now, bool startedAtOnce, bool readyAtOnce)
    {
        lock (gate)
        {
            KeepLast();
            id = $"process://{Convert.ToHexStringLower(Guid.NewGuid().ToByteArray())}{Convert.ToHexStringLower(Guid.NewGuid().ToByteArray())}";
            state = new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Registry.Timestamp(now) } };
            (started, ready) = (startedAtOnce, readyAtOnce);
        }
    }

    public void End(int exitCode, string reason, string? message, DateTimeOffset now)
    {
        lock (gate)
        {
            var since = state["running"]?["startedAt"]?.DeepClone() ?? Registry.Timestamp(now);
            var terminated = new JsonObject { ["exitCode"] = exitCode, ["reason"] = reason };
            if (message is not null)
            {
                terminated["message"] = message;
            }

            terminated["startedAt"] = since;
            terminated["finishedAt"] = Registry.Timestamp(now);
            if (id.Length > 0)
            {
                terminated["containerID"] = id;
            }

            state = new JsonObject { ["terminated"] = terminated };
            (ready, started) = (false, false);
        }
    }

    /// <summary>Sets what probes found; whether that is new.</summary>
    public bool SetReady(bool value) => Change(ref ready, value);

    public bool SetStarted(bool value) => Change(ref started, value);

    public JsonObject Describe()
    {
        lock (gate)
        {
            var described = new JsonObject
            {
                ["name"] = Name,
                ["state"] = state.DeepClone(),
                ["lastState"] = last.DeepClone(),
                ["ready"] = ready,
                ["restartCount"] = Restarts,
                ["image"] = Image,
                ["imageID"] = id.Length == 0 ? "" : Image,
            };
            if (id.Length > 0)
            {
                described["containerID"] = id;
            }

            described["started"] = started;
            if (Mounts() is { Count: > 0 } mounts)
            {
                described["volumeMounts"] = mounts;
            }

            return described;
        }
    }

    private JsonArray Mounts() => new([.. spec["volumeMounts"].Items().Select(mount =>
    {
        var described = new JsonObject { ["name"] = mount["name"]?.DeepClone(), ["mountPath"] = mount["mountPath"]?.DeepClone() };
        if (mount["readOnly"].IsTrue())
        {
            described["readOnly"] = true;
            described["recursiveReadOnly"] = "Disabled";
        }

        return described;
    })]);

    private static bool HasRunBefore(JsonObject? before) => before?["state"] is JsonObject state && !state.ContainsKey("waiting");

    /// <summary>How the run ended that the end of the cluster's process cut off, as a kubelet shows it after its machine went down.</summary>
    private static JsonObject Interrupted(JsonObject? before)
    {
        if (before?["state"]?["running"] is not JsonObject running)
        {
            return before?[HasRunBefore(before) ? "state" : "lastState"]?.DeepClone() as JsonObject ?? [];
        }

        var ended = new JsonObject { ["exitCode"] = 255, ["reason"] = "Unknown", ["startedAt"] = running["startedAt"]?.DeepClone() };
        ended["finishedAt"] = running["startedAt"]?.DeepClone();
        ended["containerID"] = before["containerID"]?.DeepClone();
        return new JsonObject { ["terminated"] = ended };
    }

    private void KeepLast()
    {
        if (state.ContainsKey("terminated"))
        {
            last = state;
        }
    }

    private bool Change(ref bool field, bool value)
    {
        lock (gate)
        {
            var changed = field != value;
            field = value;
            return changed;
        }
    }

    private T Read<T>(Func<T> read)
    {
        lock (gate)
        {
            return read();
        }
    }
}
