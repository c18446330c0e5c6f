using System.Net;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Accepts PodRoutes, or says what is wrong with them; the pod network lets in what an accepted route covers.</summary>
internal sealed class PodRouteController(Registry registry, ClusterOptions options, TimeProvider time) : IController
{
    public string Name => "podroute-controller";

    public void Watch(Informers informers, WorkQueue queue) => informers.On(KnownTypes.PodRoutes, change => queue.Add(change.Object.Key));

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Find(key.Type, key.Namespace, key.Name) is { } route && !route.Node.IsDeleting())
        {
            registry.Update(key.Type, key.Namespace, key.Name, Judge, WriteOptions.System, "status");
        }

        return ValueTask.CompletedTask;
    }

    private JsonObject Judge(JsonObject route)
    {
        var (ready, reason, message) = Check(route["spec"]?["peerCIDR"].Text());
        var status = route["status"] as JsonObject ?? (JsonObject)(route["status"] = new JsonObject());
        Conditions.Set(status, "Ready", ready ? "True" : "False", reason, message, time.GetUtcNow());
        return route;
    }

    private (bool Ready, string Reason, string Message) Check(string? cidr)
    {
        if (!IPNetwork.TryParse(cidr, out var peer))
        {
            return (false, "InvalidCIDR", $"spec.peerCIDR is '{cidr}'; expected the first address of a range and its length, such as 10.20.0.0/16");
        }

        var own = IPNetwork.Parse(options.PodCidr);
        return own.Contains(peer.BaseAddress) || peer.Contains(own.BaseAddress)
            ? (false, "OverlapsOwnPods", $"{cidr} overlaps this cluster's own pods ({options.PodCidr}); a peer needs a range of its own")
            : (true, "Programmed", $"pods of {cidr} are let in");
    }
}
