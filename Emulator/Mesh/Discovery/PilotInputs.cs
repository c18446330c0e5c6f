using System.Text.Json.Nodes;
using Emulator.Api.Resources;
using Emulator.Controllers;
using Emulator.Mesh.Conversion;
using Emulator.Mesh.Remote;
using Emulator.Storage;

namespace Emulator.Mesh.Discovery;

/// <summary>Reads everything a snapshot is made of from this cluster's store, at one moment.</summary>
internal static class PilotInputs
{
    /// <summary>Where the mesh-wide settings of a revision are.</summary>
    public static string ConfigMapOf(string revision) => revision is "" or "default" ? "istio" : $"istio-{revision}";

    public static MeshInputs Read(ObjectStore store, PilotOptions options, IEnumerable<RemoteCluster> remotes) => new()
    {
        Local = new ClusterObjects
        {
            Cluster = options.Cluster,
            Services = All(store, KnownTypes.Services),
            EndpointSlices = All(store, KnownTypes.EndpointSlices),
            Pods = All(store, KnownTypes.Pods),
            Nodes = All(store, KnownTypes.Nodes),
        },
        Remotes = [.. remotes.Select(remote => remote.Objects).OfType<ClusterObjects>()],
        Settings = Settings(store, options),
        Gateways = All(store, MeshTypes.Gateways),
        VirtualServices = All(store, MeshTypes.VirtualServices),
        DestinationRules = All(store, MeshTypes.DestinationRules),
        ServiceEntries = All(store, MeshTypes.ServiceEntries),
        PeerAuthentications = All(store, MeshTypes.PeerAuthentications),
        Telemetries = All(store, MeshTypes.Telemetries),
        Secret = (ns, name) => store.Find(new ResourceKey(KnownTypes.Secrets, ns, name))?.Node,
    };

    public static MeshSettings Settings(ObjectStore store, PilotOptions options)
    {
        var config = store.Find(new ResourceKey(KnownTypes.ConfigMaps, options.Namespace, ConfigMapOf(options.Revision)))?.Node;
        return MeshSettings.From(config?["data"]?["mesh"].Text() is { } text ? YamlReader.Read(text) as JsonObject : null);
    }

    private static List<JsonObject> All(ObjectStore store, ResourceType type) => [.. store.List(type).Items.Select(item => item.Node)];
}
