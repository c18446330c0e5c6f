using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>The status of a HorizontalPodAutoscaler while it is being worked out.</summary>
internal sealed class ScalerStatus(StoredObject scaler, DateTimeOffset now)
{
    private readonly JsonObject status = scaler.Node["status"]?.DeepClone() as JsonObject ?? [];
    private bool measured;

    public void Set(string type, bool holds, string reason, string message) =>
        Conditions.Put(status, type, holds ? "True" : "False", reason, message, now);

    /// <param name="current">The size of the target.</param>
    /// <param name="desired">The size that it is to have; null: as before.</param>
    /// <param name="metrics">Values by metric; null: as before in this round, or none.</param>
    public void Size(int current, int? desired, JsonArray? metrics)
    {
        if (current > 0)
        {
            status["currentReplicas"] = current;
        }
        else
        {
            status.Remove("currentReplicas");
        }

        status["desiredReplicas"] = desired ?? status["desiredReplicas"].Int();
        if (metrics is not null)
        {
            status["currentMetrics"] = metrics.Count > 0 ? metrics : null;
            measured = true;
        }
        else if (desired is not null && !measured)
        {
            status["currentMetrics"] = null;
        }
    }

    public void LastScaled() => status["lastScaleTime"] = Registry.Timestamp(now);

    /// <summary>The object with this status; null when it has it already.</summary>
    public JsonObject? Apply(JsonObject node)
    {
        if (!status.ContainsKey("desiredReplicas"))
        {
            status["desiredReplicas"] = 0;
            status["currentMetrics"] ??= null;
        }

        if (JsonNode.DeepEquals(node["status"], status))
        {
            return null;
        }

        node["status"] = status.DeepClone();
        return node;
    }
}
