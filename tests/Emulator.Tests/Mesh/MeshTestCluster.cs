using System.Net;
using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Mesh;
using Emulator.Mesh.Discovery;
using Emulator.Mesh.GatewayApi;
using Emulator.Network;
using Emulator.Nodes;
using Emulator.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Emulator.Tests.Mesh;

/// <summary>One cluster's store with an istiod that runs on it: no API server, no nodes.</summary>
internal sealed class MeshTestCluster : IAsyncDisposable
{
    private readonly List<string> log = [];
    private readonly EventRecorder events;
    private IRunningContainer? istiod;
    private PodInterface? pod;

    public MeshTestCluster(string name = "us", params IAdmission[] admissions)
    {
        Name = name;
        Plane = new MeshControlPlane(TimeProvider.System);
        Store = new ObjectStore();
        Registry = new Registry(Store, Catalog(), admissions, TimeProvider.System);
        events = new EventRecorder(Registry, TimeProvider.System, NullLogger<EventRecorder>.Instance);
    }

    public string Name { get; }

    public ObjectStore Store { get; }

    public Registry Registry { get; }

    public MeshControlPlane Plane { get; }

    public PodInterface Pod => pod!;

    public string Log
    {
        get
        {
            lock (log)
            {
                return string.Join('\n', log);
            }
        }
    }

    /// <summary>The catalogue with Istio's kinds in it, as their CustomResourceDefinitions would add them.</summary>
    public static ResourceCatalog Catalog()
    {
        var catalog = new ResourceCatalog();
        foreach (var (type, kind) in (ReadOnlySpan<(ResourceType, string)>)
            [
                (MeshTypes.Gateways, "Gateway"), (MeshTypes.VirtualServices, "VirtualService"), (MeshTypes.DestinationRules, "DestinationRule"),
                (MeshTypes.ServiceEntries, "ServiceEntry"), (MeshTypes.PeerAuthentications, "PeerAuthentication"), (MeshTypes.Telemetries, "Telemetry"),
                (MeshTypes.AuthorizationPolicies, "AuthorizationPolicy"), (MeshTypes.RequestAuthentications, "RequestAuthentication"), (MeshTypes.Sidecars, "Sidecar"),
                (MeshTypes.Sidecars with { Plural = "envoyfilters" }, "EnvoyFilter"),
            ])
        {
            catalog.Set(new ResourceDefinition
            {
                Group = type.Group,
                Versions = ["v1", "v1beta1", "v1alpha3"],
                Plural = type.Plural,
                Singular = kind.ToLowerInvariant(),
                Kind = kind,
                HasStatus = true,
                HasGeneration = true,
                CustomResourceDefinition = type.ToString(),
            });
        }

        foreach (var (type, kind) in (ReadOnlySpan<(ResourceType, string)>)[(GatewayApiTypes.GatewayClasses, "GatewayClass"), (GatewayApiTypes.Gateways, "Gateway"), (GatewayApiTypes.HttpRoutes, "HTTPRoute")])
        {
            catalog.Set(new ResourceDefinition
            {
                Group = type.Group,
                Versions = ["v1"],
                Plural = type.Plural,
                Singular = kind.ToLowerInvariant(),
                Kind = kind,
                Namespaced = type != GatewayApiTypes.GatewayClasses,
                HasStatus = true,
                HasGeneration = true,
                CustomResourceDefinition = type.ToString(),
            });
        }

        return catalog;
    }

    public StoredObject Apply(string yaml)
    {
        StoredObject? last = null;
        foreach (var node in MeshYaml.Read(yaml))
        {
            var group = node["apiVersion"]!.GetValue<string>() is var version && version.Contains('/') ? version.Split('/')[0] : "";
            var definition = Registry.Catalog.FindKind(group, node.Kind())!;
            if (definition.Namespaced && node.Namespace().Length == 0)
            {
                node["metadata"]!["namespace"] = "default";
            }

            last = Registry.Find(definition.Type, node.Namespace(), node.Name()) is null
                ? Registry.Create(definition.Type, node, WriteOptions.System)
                : Registry.Update(definition.Type, node.Namespace(), node.Name(), _ => node, WriteOptions.System);
        }

        return last!;
    }

    public async Task<IRunningContainer> StartIstiodAsync(string revision = "asm-1281-4")
    {
        if (events.ExecuteTask is null)
        {
            await events.StartAsync(CancellationToken.None);
        }

        pod = new PodInterface("istio-system", "istiod-1", "node-1", IPAddress.Parse("10.10.0.9"));
        istiod = await new PilotImage(Registry, Plane, events, TimeProvider.System).StartAsync(
            new ContainerContext
            {
                Pod = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "istiod-1", ["namespace"] = "istio-system" } },
                Container = new JsonObject { ["name"] = "discovery", ["image"] = "lab.dev/pilot:1.28.1-asm.4" },
                Environment = new Dictionary<string, string> { ["CLUSTER_ID"] = Name, ["REVISION"] = revision },
                Network = pod,
                Node = [],
                Metadata = new HttpClientHandler(),
                Log = line =>
                {
                    lock (log)
                    {
                        log.Add(line);
                    }
                },
            },
            CancellationToken.None);
        return istiod;
    }

    public async Task StopIstiodAsync()
    {
        if (istiod is not null)
        {
            await istiod.StopAsync(TimeSpan.FromSeconds(5));
            await istiod.DisposeAsync();
            istiod = null;
        }
    }

    /// <summary>Waits for a snapshot that fulfils a condition.</summary>
    public async Task<MeshSnapshot> SnapshotAsync(Func<MeshSnapshot, bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var version = -1L;
        while (true)
        {
            try
            {
                var snapshot = await Plane.NewerThanAsync(version, limit.Token);
                if (condition(snapshot))
                {
                    return snapshot;
                }

                version = snapshot.Version;
            }
            catch (OperationCanceledException)
            {
                throw new Xunit.Sdk.XunitException($"No such snapshot within 10 s. The last one:\n{MeshSnapshotJson.Write(Plane.Current!)}\nistiod:\n{Log}");
            }
        }
    }

    public async Task<string> GetAsync(int port, string path)
    {
        var http = new DefaultHttpContext();
        http.Request.Path = path;
        using var body = new MemoryStream();
        http.Response.Body = body;
        await Pod.Ports[port](http);
        return System.Text.Encoding.UTF8.GetString(body.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        await StopIstiodAsync();
        await events.StopAsync(CancellationToken.None);
        events.Dispose();
    }
}
