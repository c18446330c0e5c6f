using System.Text.Json.Nodes;

namespace Emulator.Storage;

/// <summary>How a CustomResourceDefinition goes: its objects first, and it waits for them (k8s.io/apiextensions-apiserver, customresourcedefinition/etcd.go).</summary>
internal static class DefinitionDeletion
{
    public const string Finalizer = "customresourcecleanup.apiextensions.k8s.io";

    /// <summary>Marks a definition that is not being deleted yet.</summary>
    public static void Begin(JsonObject definition, List<string> finalizers, string now)
    {
        if (definition.IsDeleting())
        {
            return;
        }

        if (!finalizers.Contains(Finalizer))
        {
            finalizers.Add(Finalizer);
        }

        Say(definition, "True", "InstanceDeletionPending", "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon", now);
    }

    /// <summary>Sets the condition that tells how far the deletion is.</summary>
    public static void Say(JsonObject definition, string status, string reason, string message, string now)
    {
        var owner = definition["status"] as JsonObject ?? (JsonObject)(definition["status"] = new JsonObject());
        var conditions = owner["conditions"] as JsonArray ?? (JsonArray)(owner["conditions"] = new JsonArray());
        var known = conditions.OfType<JsonObject>().FirstOrDefault(condition => condition["type"]?.GetValue<string>() == "Terminating");
        var since = known?["status"]?.GetValue<string>() == status ? known["lastTransitionTime"]!.GetValue<string>() : now;
        var next = new JsonObject { ["type"] = "Terminating", ["status"] = status, ["lastTransitionTime"] = since, ["reason"] = reason, ["message"] = message };
        if (known is null)
        {
            conditions.Add(next);
        }
        else
        {
            conditions[conditions.IndexOf(known)] = next;
        }
    }
}
