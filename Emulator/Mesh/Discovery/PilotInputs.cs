using System.Text.Json.Nodes;
using Emulator.Api.Resources;
using Emulator.Mesh.Conversion;
using Emulator.Mesh.GatewayApi;
using Emulator.Mesh.Remote;
using Emulator.Storage;
using YamlDotNet.Core;

namespace Emulator.Mesh.Discovery;

/// <summary>Reads everything a snapshot is made of from this cluster's store, at one moment.</summary>
internal sealed class PilotInputs(ObjectStore store, PilotOptions options)
{
    private (StoredObject? Source, MeshSettings Settings, Finding? Fault) known = (null, new MeshSettings(), null);

    private ResourceKey SettingsKey =>
        new(KnownTypes.ConfigMaps, options.Namespace, options.Revision is "" or "default" ? "istio" : $"istio-{options.Revision}");

    /// <param name="findings">Takes what is wrong with the mesh settings.</param>
    public MeshInputs Read(IEnumerable<RemoteCluster> remotes, List<Finding> findings) => new()
    {
        Local = new ClusterObjects
        {
            Cluster = options.Cluster,
            Services = All(KnownTypes.Services),
            EndpointSlices = All(KnownTypes.EndpointSlices),
            Pods = All(KnownTypes.Pods),
            Nodes = All(KnownTypes.Nodes),
        },
        Remotes = [.. remotes.Select(remote => remote.Objects).OfType<ClusterObjects>()],
        Settings = Settings(findings),
        Gateways = All(MeshTypes.Gateways),
        VirtualServices = All(MeshTypes.VirtualServices),
        DestinationRules = All(MeshTypes.DestinationRules),
        ServiceEntries = All(MeshTypes.ServiceEntries),
        WorkloadEntries = All(MeshTypes.WorkloadEntries),
        Ingresses = All(KnownTypes.Ingresses),
        IngressClasses = All(KnownTypes.IngressClasses),
        PeerAuthentications = All(MeshTypes.PeerAuthentications),
        RequestAuthentications = All(MeshTypes.RequestAuthentications),
        AuthorizationPolicies = All(MeshTypes.AuthorizationPolicies),
        Sidecars = All(MeshTypes.Sidecars),
        Telemetries = All(MeshTypes.Telemetries),
        GatewayApi = new GatewayApiObjects
        {
            Classes = All(GatewayApiTypes.GatewayClasses),
            Gateways = All(GatewayApiTypes.Gateways),
            Routes = [.. All(GatewayApiTypes.HttpRoutes), .. All(GatewayApiTypes.GrpcRoutes), .. All(GatewayApiTypes.TcpRoutes), .. All(GatewayApiTypes.TlsRoutes)],
            Grants = All(GatewayApiTypes.ReferenceGrants),
            Namespaces = All(KnownTypes.Namespaces),
        },
        Secret = (ns, name) => store.Find(new ResourceKey(KnownTypes.Secrets, ns, name))?.Node,
    };

    /// <summary>The mesh settings; while they cannot be read, those that were in force before.</summary>
    public MeshSettings Settings(List<Finding> findings)
    {
        var source = store.Find(SettingsKey);
        if (source?.Revision != known.Source?.Revision)
        {
            known = Parse(source);
        }

        if (known.Fault is { } fault)
        {
            findings.Add(fault);
        }

        return known.Settings;
    }

    private (StoredObject?, MeshSettings, Finding?) Parse(StoredObject? source)
    {
        try
        {
            return (source, MeshSettings.From(source?.Node["data"]?["mesh"].Text() is { } text ? YamlReader.Read(text) as JsonObject : null), null);
        }
        catch (YamlException e)
        {
            var fault = Finding.In(
                source!.Node, "InvalidMeshConfig", "Error",
                $"key \"mesh\" is not YAML ({e.Message} at line {e.Start.Line}): the settings before stay in force until it is mended");
            return (source, known.Settings, fault);
        }
    }

    private List<JsonObject> All(ResourceType type) => [.. store.List(type).Items.Select(item => item.Node)];
}
