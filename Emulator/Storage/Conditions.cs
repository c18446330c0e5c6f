using System.Text.Json.Nodes;

namespace Emulator.Storage;

/// <summary>Conditions in the status of objects (metav1.Condition): one of each type, whose time of transition stays while its status stays.</summary>
internal static class Conditions
{
    /// <summary>The conditions in a status, made when there are none.</summary>
    public static JsonArray In(JsonObject status) => status["conditions"] as JsonArray ?? (JsonArray)(status["conditions"] = new JsonArray());

    public static JsonObject? Find(JsonNode? status, string type) => status?["conditions"].Items().FirstOrDefault(condition => condition["type"].Text() == type);

    /// <summary>Since when a condition has the status that it is to have now.</summary>
    public static JsonNode TransitionTime(JsonObject? old, string value, DateTimeOffset now) =>
        old is not null && old["status"].Text() == value && old["lastTransitionTime"] is { } since ? since.DeepClone() : JsonValue.Create(Registry.Timestamp(now));

    /// <summary>Sets a condition; one with the same status and reason stays as it is.</summary>
    /// <param name="updates">Whether this kind of object has a lastUpdateTime.</param>
    public static void Set(JsonObject status, string type, string value, string reason, string message, DateTimeOffset now, bool updates = false)
    {
        if (Find(status, type) is not { } old || old["status"].Text() != value || old["reason"].Text() != reason)
        {
            Append(status, type, value, reason, message, now, updates);
        }
    }

    /// <summary>Sets a condition even where only its message or its time of update is new.</summary>
    public static void Renew(JsonObject status, string type, string value, string reason, string message, DateTimeOffset now) =>
        Append(status, type, value, reason, message, now, updates: true);

    /// <summary>Puts a condition where the one of its type is, or at the end, whatever of it is new.</summary>
    public static void Put(JsonObject status, string type, string value, string reason, string message, DateTimeOffset now) => Put(status, new JsonObject
    {
        ["type"] = type,
        ["status"] = value,
        ["lastTransitionTime"] = TransitionTime(Find(status, type), value, now),
        ["reason"] = reason,
        ["message"] = message,
    });

    /// <summary>Puts a condition where the one of its type is, or at the end.</summary>
    public static void Put(JsonObject status, JsonObject condition)
    {
        var conditions = In(status);
        if (Find(status, condition["type"].Text()!) is { } old)
        {
            conditions[conditions.IndexOf(old)] = condition;
        }
        else
        {
            conditions.Add(condition);
        }
    }

    public static void Remove(JsonObject status, string type)
    {
        if (status["conditions"] is not JsonArray conditions)
        {
            return;
        }

        foreach (var condition in conditions.Items().Where(condition => condition["type"].Text() == type).ToList())
        {
            conditions.Remove(condition);
        }

        if (conditions.Count == 0)
        {
            status.Remove("conditions");
        }
    }

    private static void Append(JsonObject status, string type, string value, string reason, string message, DateTimeOffset now, bool updates)
    {
        var conditions = In(status);
        var old = Find(status, type);
        var condition = new JsonObject { ["type"] = type, ["status"] = value };
        if (updates)
        {
            condition["lastUpdateTime"] = Registry.Timestamp(now);
        }

        condition["lastTransitionTime"] = TransitionTime(old, value, now);
        condition["reason"] = reason;
        condition["message"] = message;
        if (old is not null)
        {
            conditions.Remove(old);
        }

        conditions.Add(condition);
    }
}
