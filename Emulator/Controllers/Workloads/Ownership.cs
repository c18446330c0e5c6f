using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Which objects a workload owns: it adopts orphans that its selector matches and releases those that it no longer matches.</summary>
internal static class Ownership
{
    /// <summary>The ReplicaSets of a Deployment.</summary>
    public static List<StoredObject> Claim(Registry registry, StoredObject deployment) =>
        Claim(registry, deployment, "apps/v1", "Deployment", registry.Store.List(KnownTypes.ReplicaSets, deployment.Key.Namespace).Items);

    public static List<StoredObject> Claim(
        Registry registry, StoredObject owner, string apiVersion, string kind, IEnumerable<StoredObject> candidates)
    {
        var claimed = new List<StoredObject>();
        var uid = owner.Node.Uid();
        var selector = owner.Node["spec"]?["selector"];
        var deleting = owner.Node.IsDeleting();
        foreach (var candidate in candidates)
        {
            var controller = candidate.Node.ControllerUid();
            if (controller is not null && controller != uid)
            {
                continue;
            }

            var matches = LabelSelector.Matches(selector, candidate.Node);
            if (controller == uid)
            {
                if (matches || deleting)
                {
                    claimed.Add(candidate);
                }
                else
                {
                    Release(registry, candidate.Key, uid);
                }
            }
            else if (matches && !deleting && !candidate.Node.IsDeleting())
            {
                claimed.Add(Adopt(registry, candidate.Key, owner.Node.OwnerReference(apiVersion, kind)));
            }
        }

        return claimed;
    }

    private static StoredObject Adopt(Registry registry, ResourceKey key, JsonObject reference) => registry.Update(
        key.Type,
        key.Namespace,
        key.Name,
        node =>
        {
            if (node.ControllerUid() is not null)
            {
                return null;
            }

            var metadata = node["metadata"]!.AsObject();
            var owners = metadata["ownerReferences"] as JsonArray ?? (JsonArray)(metadata["ownerReferences"] = new JsonArray());
            owners.Add(reference.DeepClone());
            return node;
        },
        WriteOptions.System);

    private static void Release(Registry registry, ResourceKey key, string uid) => registry.Update(
        key.Type,
        key.Namespace,
        key.Name,
        node =>
        {
            var owners = node["metadata"]!["ownerReferences"] as JsonArray;
            foreach (var owner in owners.Items().Where(owner => owner["uid"].Text() == uid).ToList())
            {
                owners!.Remove(owner);
            }

            if (owners is { Count: 0 })
            {
                node["metadata"]!.AsObject().Remove("ownerReferences");
            }

            return node;
        },
        WriteOptions.System);
}
