using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Conditions in a pod's status.</summary>
internal static class PodConditions
{
    /// <summary>Sets one condition in its place; the time of transition stays while the status stays.</summary>
    public static void Set(JsonObject status, string type, string value, string? reason, string? message, DateTimeOffset now)
    {
        var conditions = status["conditions"] as JsonArray ?? (JsonArray)(status["conditions"] = new JsonArray());
        var old = conditions.Items().FirstOrDefault(condition => condition["type"].Text() == type);
        var condition = Create(type, value, reason, message, old, now);
        if (old is null)
        {
            conditions.Add(condition);
        }
        else
        {
            conditions[conditions.IndexOf(old)] = condition;
        }
    }

    public static JsonObject Create(string type, string value, string? reason, string? message, JsonObject? old, DateTimeOffset now)
    {
        var condition = new JsonObject
        {
            ["type"] = type,
            ["status"] = value,
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = old?["status"].Text() == value ? old["lastTransitionTime"]?.DeepClone() : Registry.Timestamp(now),
        };
        if (reason is not null)
        {
            condition["reason"] = reason;
        }

        if (message is not null)
        {
            condition["message"] = message;
        }

        return condition;
    }
}
