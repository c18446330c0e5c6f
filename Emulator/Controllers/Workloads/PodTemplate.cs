using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Pods from the template of a ReplicaSet or Job (k8s.io/kubernetes, controller_utils.go, GetPodFromTemplate).</summary>
internal static class PodTemplate
{
    public static JsonObject NewPod(JsonObject owner, string apiVersion, string kind)
    {
        var template = owner["spec"]!["template"]!;
        var metadata = new JsonObject { ["generateName"] = owner.Name() + "-", ["namespace"] = owner.Namespace() };
        foreach (var field in (string[])["labels", "annotations", "finalizers"])
        {
            if (template["metadata"]?[field] is { } value)
            {
                metadata[field] = value.DeepClone();
            }
        }

        metadata["ownerReferences"] = new JsonArray(owner.OwnerReference(apiVersion, kind));
        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata, ["spec"] = template["spec"]!.DeepClone() };
    }
}
