using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Which pods count against which node, the ones just bound included, and which wait for a node.</summary>
internal sealed class NodeLoad
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Node, string Owner)> placed = [];
    private readonly Dictionary<string, int> perNode = [];
    private readonly Dictionary<(string Node, string Owner), int> siblings = [];
    private readonly HashSet<ResourceKey> waiting = [];

    public IReadOnlyList<ResourceKey> Waiting
    {
        get
        {
            lock (gate)
            {
                return [.. waiting];
            }
        }
    }

    public void Observe(StoreEvent change)
    {
        var pod = change.Object.Node;
        var node = pod["spec"]?["nodeName"].Text();
        lock (gate)
        {
            if (change.Type is StoreEventType.Deleted || pod["status"]?["phase"].Text() is "Failed" or "Succeeded")
            {
                waiting.Remove(change.Object.Key);
                Remove(pod.Uid());
            }
            else if (node is null)
            {
                waiting.Add(change.Object.Key);
            }
            else
            {
                waiting.Remove(change.Object.Key);
                Add(pod.Uid(), node, pod.ControllerUid() ?? "");
            }
        }
    }

    public void Assume(StoredObject pod, string node)
    {
        lock (gate)
        {
            waiting.Remove(pod.Key);
            Add(pod.Node.Uid(), node, pod.Node.ControllerUid() ?? "");
        }
    }

    public (int Siblings, int Pods) Count(string node, string owner)
    {
        lock (gate)
        {
            return (owner.Length == 0 ? 0 : siblings.GetValueOrDefault((node, owner)), perNode.GetValueOrDefault(node));
        }
    }

    private void Add(string uid, string node, string owner)
    {
        if (placed.TryAdd(uid, (node, owner)))
        {
            perNode[node] = perNode.GetValueOrDefault(node) + 1;
            siblings[(node, owner)] = siblings.GetValueOrDefault((node, owner)) + 1;
        }
    }

    private void Remove(string uid)
    {
        if (placed.Remove(uid, out var place))
        {
            perNode[place.Node]--;
            if (--siblings[place] == 0)
            {
                siblings.Remove(place);
            }
        }
    }
}
