using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Conditions in the status of Deployments and ReplicaSets.</summary>
internal static class Conditions
{
    /// <summary>Sets a condition; one with the same status and reason stays as it is.</summary>
    /// <param name="updates">Whether this kind of object has a lastUpdateTime.</param>
    public static void Set(JsonObject status, string type, string value, string reason, string message, DateTimeOffset now, bool updates = false)
    {
        var conditions = status["conditions"] as JsonArray ?? (JsonArray)(status["conditions"] = new JsonArray());
        var old = conditions.Items().FirstOrDefault(condition => condition["type"].Text() == type);
        if (old is not null && old["status"].Text() == value && old["reason"].Text() == reason)
        {
            return;
        }

        Replace(conditions, old, type, value, reason, message, now, updates);
    }

    /// <summary>Sets a condition even where only its message or its time of update is new.</summary>
    public static void Renew(JsonObject status, string type, string value, string reason, string message, DateTimeOffset now)
    {
        var conditions = status["conditions"] as JsonArray ?? (JsonArray)(status["conditions"] = new JsonArray());
        Replace(conditions, conditions.Items().FirstOrDefault(condition => condition["type"].Text() == type), type, value, reason, message, now, true);
    }

    public static void Remove(JsonObject status, string type)
    {
        if (status["conditions"] is JsonArray conditions)
        {
            foreach (var condition in conditions.Items().Where(condition => condition["type"].Text() == type).ToList())
            {
                conditions.Remove(condition);
            }

            if (conditions.Count == 0)
            {
                status.Remove("conditions");
            }
        }
    }

    private static void Replace(
        JsonArray conditions, JsonObject? old, string type, string value, string reason, string message, DateTimeOffset now, bool updates)
    {
        var condition = new JsonObject { ["type"] = type, ["status"] = value };
        if (updates)
        {
            condition["lastUpdateTime"] = Registry.Timestamp(now);
        }

        condition["lastTransitionTime"] = old?["status"].Text() == value ? old["lastTransitionTime"]?.DeepClone() : Registry.Timestamp(now);
        condition["reason"] = reason;
        condition["message"] = message;
        if (old is not null)
        {
            conditions.Remove(old);
        }

        conditions.Add(condition);
    }
}
