using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Conditions in a pod's status.</summary>
internal static class PodConditions
{
    /// <summary>Sets one condition in its place; the time of transition stays while the status stays.</summary>
    public static void Set(JsonObject status, string type, string value, string? reason, string? message, DateTimeOffset now) =>
        Conditions.Put(status, Create(type, value, reason, message, Conditions.Find(status, type), now));

    public static JsonObject Create(string type, string value, string? reason, string? message, JsonObject? old, DateTimeOffset now)
    {
        var condition = new JsonObject
        {
            ["type"] = type,
            ["status"] = value,
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = Conditions.TransitionTime(old, value, now),
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
