using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Taints a node that is cordoned, and untaints it when it is not any more (nodelifecycle).</summary>
internal sealed class CordonController(Registry registry, TimeProvider time) : IController
{
    private const string Taint = "node.kubernetes.io/unschedulable";

    public string Name => "node-lifecycle-controller";

    public void Watch(Informers informers, WorkQueue queue) => informers.On(KnownTypes.Nodes, change => queue.Add(change.Object.Key));

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Find(key.Type, "", key.Name) is { } node && IsCordoned(node.Node) != (FindTaint(node.Node) is not null))
        {
            registry.Update(
                key.Type,
                "",
                key.Name,
                current =>
                {
                    Apply(current.Ensure("spec"), IsCordoned(current));
                    return current;
                },
                WriteOptions.System);
        }

        return ValueTask.CompletedTask;
    }

    private static bool IsCordoned(JsonObject node) => node["spec"]?["unschedulable"].IsTrue() ?? false;

    private static JsonObject? FindTaint(JsonObject node) => node["spec"]?["taints"].Items().FirstOrDefault(taint => taint["key"].Text() == Taint);

    private void Apply(JsonObject spec, bool cordoned)
    {
        var taints = spec["taints"] as JsonArray ?? (JsonArray)(spec["taints"] = new JsonArray());
        foreach (var old in taints.Items().Where(taint => taint["key"].Text() == Taint).ToList())
        {
            taints.Remove(old);
        }

        if (cordoned)
        {
            taints.Add(new JsonObject { ["key"] = Taint, ["effect"] = "NoSchedule", ["timeAdded"] = Registry.Timestamp(time.GetUtcNow()) });
        }

        if (taints.Count == 0)
        {
            spec.Remove("taints");
        }
    }
}
