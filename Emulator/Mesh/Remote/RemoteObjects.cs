using System.Text.Json.Nodes;
using Emulator.Mesh.Discovery;
using Emulator.Storage;

namespace Emulator.Mesh.Remote;

/// <summary>One type's objects in another cluster, as last seen.</summary>
internal sealed class RemoteObjects(ResourceType type, string path)
{
    private readonly Lock gate = new();
    private Dictionary<(string, string), JsonObject> objects = [];

    public string Path => path;

    /// <summary>Whether a list has been seen once.</summary>
    public bool Listed { get; private set; }

    public IReadOnlyList<JsonObject> All
    {
        get
        {
            lock (gate)
            {
                return [.. objects.Values];
            }
        }
    }

    public void Replace(IEnumerable<JsonObject> items)
    {
        lock (gate)
        {
            objects = items.ToDictionary(item => (item.Namespace(), item.Name()));
            Listed = true;
        }
    }

    /// <summary>Takes one change in; returns whether it can change the snapshot.</summary>
    public bool Apply(string change, JsonObject item)
    {
        lock (gate)
        {
            var key = (item.Namespace(), item.Name());
            if (change == "DELETED")
            {
                return objects.Remove(key);
            }

            var before = objects.GetValueOrDefault(key);
            objects[key] = item;
            return before is null || PilotTriggers.Matters(type, before, item);
        }
    }

    public static string VersionOf(JsonObject item) => item["metadata"]?["resourceVersion"].Text() ?? "";
}
