using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Who depends on whom, by the owner references of all objects.</summary>
internal sealed class OwnerGraph
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, HashSet<ResourceKey>> dependents = [];
    private readonly Dictionary<ResourceKey, List<string>> owners = [];

    /// <summary>Whether an object has owners, without parsing it: most have none, and events come by the thousand.</summary>
    public static bool MayHaveOwners(StoredObject stored) => stored.Json.Span.IndexOf("\"ownerReferences\""u8) >= 0;

    public static IEnumerable<JsonObject> References(JsonObject node) => node["metadata"]?["ownerReferences"].Items() ?? [];

    public IReadOnlyList<ResourceKey> Dependents(string uid)
    {
        lock (gate)
        {
            return dependents.TryGetValue(uid, out var found) ? [.. found] : [];
        }
    }

    /// <summary>Notes an object's owners; whether they are others than before.</summary>
    public bool Set(ResourceKey key, List<string> uids)
    {
        lock (gate)
        {
            if (owners.GetValueOrDefault(key) is { } before && before.SequenceEqual(uids))
            {
                return false;
            }

            Remove(key);
            if (uids.Count > 0)
            {
                owners[key] = uids;
                foreach (var uid in uids)
                {
                    if (!dependents.TryGetValue(uid, out var set))
                    {
                        dependents[uid] = set = [];
                    }

                    set.Add(key);
                }
            }

            return uids.Count > 0;
        }
    }

    public void Forget(ResourceKey key)
    {
        lock (gate)
        {
            Remove(key);
        }
    }

    private void Remove(ResourceKey key)
    {
        if (!owners.Remove(key, out var before))
        {
            return;
        }

        foreach (var uid in before)
        {
            if (dependents.TryGetValue(uid, out var set) && set.Remove(key) && set.Count == 0)
            {
                dependents.Remove(uid);
            }
        }
    }
}
