using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Emulator.DataPlane.Proxy;
using Emulator.Mesh;
using Emulator.Network;
using Emulator.Nodes;
using Emulator.Telemetry;
using Emulator.Tests.Network;
using Microsoft.AspNetCore.Http;
using Testing;

namespace Emulator.Tests.DataPlane;

/// <summary>Two clusters with one mesh: pods with sidecars in both, a gateway in us.</summary>
internal sealed class MeshLab : IAsyncDisposable
{
    public const string Host = "whereami-service.whereami.svc.cluster.local";

    private readonly Dictionary<string, PodNetworkLab> clusters = [];
    private readonly List<IAsyncDisposable> containers = [];

    private MeshLab()
    {
    }

    /// <summary>Whether proxies record spans; set before they start.</summary>
    public bool Traces { get; set; }

    public List<PodTelemetry> Telemetries { get; } = [];

    public List<Span> Spans { get; } = [];

    /// <summary>All proxies, in the order of their start.</summary>
    public List<IRunningContainer> Proxies { get; } = [];

    public TestControlPlane Control { get; private init; } = new();

    public ConcurrentDictionary<string, int> Served { get; } = new();

    public List<MeshEndpoint> Endpoints { get; } = [];

    public MeshTrafficPolicy Policy { get; set; } = new() { LoadBalancer = "ROUND_ROBIN" };

    public ImmutableArray<MeshHttpRoute> Routes { get; set; } = [new() { Destinations = [To()] }];

    public ImmutableArray<MeshPeerAuthentication> PeerAuthentications { get; set; } = [];

    public ImmutableDictionary<string, MeshSubset> Subsets { get; set; } = ImmutableDictionary<string, MeshSubset>.Empty;

    public ImmutableArray<MeshGatewayServer> Servers { get; set; } = [new(80, "HTTP", ["*"], null)];

    /// <summary>Adds to each snapshot what a test needs besides.</summary>
    public Func<MeshSnapshot, MeshSnapshot> With { get; set; } = snapshot => snapshot;

    /// <summary>The lines that proxies wrote, sidecars and gateways alike.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public PodNetworkLab Us => clusters["us"];

    public PodNetworkLab Asia => clusters["asia"];

    public static MeshDestination To(string? subset = null, int weight = 1) => new(Host, subset, 80, weight, new());

    public static async Task<MeshLab> StartAsync()
    {
        var lab = new MeshLab();
        lab.clusters["us"] = await PodNetworkLab.StartAsync("10.10.0.0/16");
        lab.clusters["asia"] = await PodNetworkLab.StartAsync("10.20.0.0/16");
        lab.Us.OpenRoute("10.20.0.0/16", "asia");
        lab.Asia.OpenRoute("10.10.0.0/16", "us");
        return lab;
    }

    public static ContainerContext Context(PodInterface pod, string labels, bool gateway, Action<string>? log = null) => new()
    {
        Pod = JsonNode.Parse(
            $$$"""{"metadata":{"name":"{{{pod.Name}}}","namespace":"{{{pod.Namespace}}}","uid":"{{{pod.Name}}}","labels":{{{labels}}}},"spec":{} }""")!.AsObject(),
        Container = JsonNode.Parse($$"""{"name":"istio-proxy","image":"auto","args":["proxy","{{(gateway ? "router" : "sidecar")}}"]}""")!.AsObject(),
        Environment = new Dictionary<string, string>(),
        Network = pod,
        Node = JsonNode.Parse("""{"metadata":{"name":"node-1"} }""")!.AsObject(),
        Log = log ?? (_ => { }),
        Metadata = new SocketsHttpHandler(),
    };

    /// <summary>A pod behind a sidecar, listed as an endpoint of the service.</summary>
    public async Task<(PodInterface Pod, IDisposable Attached, IRunningContainer Proxy)> PodAsync(
        string cluster, string name, string address, string labels = """{"app":"whereami"}""", RequestDelegate? serve = null, bool listed = true)
    {
        var lab = clusters[cluster];
        var (pod, attached) = lab.Pod(name, address);
        pod.Ports[8080] = context =>
        {
            Served.AddOrUpdate(name, 1, (_, count) => count + 1);
            return serve is null ? context.Response.WriteAsync(name) : serve(context);
        };
        if (listed)
        {
            Endpoints.Add(new MeshEndpoint
            {
                ServicePort = 80,
                Address = TestControlPlane.At($"{address}:8080"),
                Underlay = lab.Underlay,
                Cluster = cluster,
                Pod = name,
                Namespace = "whereami",
                Labels = JsonNode.Parse(labels)!.AsObject().ToImmutableDictionary(label => label.Key, label => label.Value!.GetValue<string>()),
                Identity = "spiffe://cluster.local/ns/whereami/sa/default",
            });
        }

        var proxy = await StartProxyAsync(lab, Context(pod, labels, gateway: false, Log.Enqueue));
        return (pod, attached, proxy);
    }

    public Task<IRunningContainer> StartProxyAsync(PodNetworkLab lab, ContainerContext context, TestControlPlane? control = null) =>
        StartProxyAsync(Image(lab, control ?? Control), context);

    /// <summary>The image that all proxies of a cluster are started from.</summary>
    public ProxyImage Image(PodNetworkLab lab, TestControlPlane control)
    {
        var exporter = new OtlpExporter(name => Traces && name == "OTEL_EXPORTER_OTLP_ENDPOINT" ? "http://127.0.0.1:1" : null);
        var telemetry = new PodTelemetry(lab.Options, exporter, TimeProvider.System);
        Telemetries.Add(telemetry);
        return new ProxyImage(lab.Network, control, lab.Outbound, telemetry, TimeProvider.System);
    }

    private async Task<IRunningContainer> StartProxyAsync(ProxyImage image, ContainerContext context)
    {
        var proxy = await image.StartAsync(context, CancellationToken.None);
        containers.Add(proxy);
        Proxies.Add(proxy);
        return proxy;
    }

    /// <summary>A gateway in us, and a client of it.</summary>
    public async Task<(HttpClient Client, IRunningContainer Proxy)> GatewayAsync(string address = "10.10.9.9", ProxyImage? image = null)
    {
        var pod = new PodInterface("istio-ingress", "gateway", "node-1", IPAddress.Parse(address));
        Us.Network.Attach(pod);
        var context = Context(pod, """{"istio":"ingressgateway"}""", gateway: true, Log.Enqueue);
        var proxy = await StartProxyAsync(image ?? Image(Us, Control), context);
        Publish();
        await ReadyAsync(proxy);
        return (Us.Client("35.191.0.1:5000", $"{address}:80"), proxy);
    }

    public void Publish() => Control.Publish(With(new MeshSnapshot
    {
        Version = 0,
        Cluster = "us",
        Services = ImmutableDictionary<string, MeshService>.Empty.Add(Host, new MeshService
        {
            Host = Host,
            Name = "whereami-service",
            Namespace = "whereami",
            ClusterAddresses = [IPAddress.Parse("10.255.10.7")],
            Ports = [new(80, "http", "HTTP")],
            Endpoints = [.. Endpoints],
            Policy = Policy,
            Subsets = Subsets,
        }),
        Gateways = [new("whereami", "gateway", ImmutableDictionary<string, string>.Empty.Add("istio", "ingressgateway"), Servers)],
        VirtualServices = [new("whereami", "vs", ["*"], ["gateway"], Routes)],
        PeerAuthentications = PeerAuthentications,
    }));

    /// <summary>What a pod's programs send requests with: the pod has a sidecar and is no endpoint of the service.</summary>
    public async Task<HttpClient> CallerAsync(string labels = """{"app":"caller"}""")
    {
        Publish();
        var (pod, _, proxy) = await PodAsync("us", "caller", "10.10.0.200", labels, listed: false);
        await ReadyAsync(proxy);
        return new HttpClient(pod.Outbound!);
    }

    /// <summary>A page of a proxy's own, as for a program in its pod.</summary>
    public static async Task<string> PageAsync(IRunningContainer proxy, string path)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Request = { Method = "GET", Path = path }, Response = { Body = body } };
        await proxy.AdminPort(15000)!(context);
        return System.Text.Encoding.UTF8.GetString(body.ToArray());
    }

    public static Task ReadyAsync(IRunningContainer proxy) => Eventually.HoldsAsync(
        async () =>
        {
            var context = new DefaultHttpContext();
            context.Request.Path = "/healthz/ready";
            await proxy.AdminPort(15021)!(context);
            return context.Response.StatusCode == 200;
        },
        "the proxy is ready");

    public async ValueTask DisposeAsync()
    {
        foreach (var container in containers)
        {
            await container.DisposeAsync();
        }

        foreach (var cluster in clusters.Values)
        {
            await cluster.DisposeAsync();
        }
    }
}
