using System.Text.Json.Nodes;

namespace Emulator.Storage;

/// <summary>How a CustomResourceDefinition goes: its objects first, and it waits for them (k8s.io/apiextensions-apiserver, customresourcedefinition/etcd.go).</summary>
internal static class DefinitionDeletion
{
    public const string Finalizer = "customresourcecleanup.apiextensions.k8s.io";

    /// <summary>Marks a definition that is not being deleted yet.</summary>
    public static void Begin(JsonObject definition, List<string> finalizers, DateTimeOffset now)
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
    public static void Say(JsonObject definition, string status, string reason, string message, DateTimeOffset now) =>
        Conditions.Put(definition.Ensure("status"), "Terminating", status, reason, message, now);
}
