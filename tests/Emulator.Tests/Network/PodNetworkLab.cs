using System.Net;
using System.Text.Json.Nodes;
using Emulator.Network;
using Emulator.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Emulator.Tests.Network;

/// <summary>The pod network of one cluster, with its store and one node.</summary>
internal sealed class PodNetworkLab : IAsyncDisposable
{
    private readonly ServiceProvider provider;

    private PodNetworkLab(string podCidr)
    {
        Options = new ClusterOptions
        {
            Name = "us",
            ClusterName = "lab-us",
            Project = "lab",
            Location = "us-central1-c",
            PodCidr = podCidr,
            ServiceCidr = "10.255.10.0/24",
            StateDirectory = Path.GetTempPath(),
        };
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(LoggerFactory.Create(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning)));
        services.AddSingleton(Options);
        services.AddStorage();
        services.AddPodNetwork();
        provider = services.BuildServiceProvider();
        Network = provider.GetRequiredService<PodNetwork>();
    }

    public ClusterOptions Options { get; }

    public PodNetwork Network { get; }

    public IPEndPoint Underlay { get; private set; } = null!;

    public ObjectStore Store => provider.GetRequiredService<ObjectStore>();

    public PlainOutbound Outbound => provider.GetRequiredService<PlainOutbound>();

    public static async Task<PodNetworkLab> StartAsync(string podCidr = "10.10.0.0/16")
    {
        var lab = new PodNetworkLab(podCidr);
        lab.Underlay = await lab.Network.OpenNodeAsync("node-1", CancellationToken.None);
        return lab;
    }

    public static IPEndPoint At(string address) => IPEndPoint.Parse(address);

    /// <summary>A pod that answers every request on port 8080 with its name.</summary>
    public (PodInterface Pod, IDisposable Attached) Pod(string name, string address)
    {
        var pod = new PodInterface("whereami", name, "node-1", IPAddress.Parse(address));
        pod.Ports[8080] = context => context.Response.WriteAsync(name);
        return (pod, Network.Attach(pod));
    }

    public void Put(string group, string plural, string ns, string name, string json)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        var metadata = node["metadata"] as JsonObject ?? [];
        metadata["name"] = name;
        node["metadata"] = metadata.Parent is null ? metadata : metadata.DeepClone();
        var key = new ResourceKey(new ResourceType(group, plural), ns, name);
        if (Store.TryCreate(key, node) is null)
        {
            Store.TryUpdate(key, node, Store.Find(key)!.Revision);
        }
    }

    public void OpenRoute(string cidr, string cluster) => Put("lab.dev", "podroutes", "", cluster,
        $$$"""{"spec":{"peerCIDR":"{{{cidr}}}","peerCluster":"{{{cluster}}}"},"status":{"conditions":[{"type":"Ready","status":"True"}]}}""");

    /// <summary>Takes the route away and waits until the network holds to it.</summary>
    public async Task CloseRouteAsync(string cluster)
    {
        var closed = provider.GetRequiredService<PodRoutes>().NextChange;
        Store.TryDelete(new ResourceKey(KnownTypes.PodRoutes, "", cluster));
        await closed;
    }

    /// <summary>An HTTP client that reaches one pod port from one source address.</summary>
    public HttpClient Client(string source, string destination, TimeSpan? connectTimeout = null) => new(new SocketsHttpHandler
    {
        ConnectTimeout = connectTimeout ?? TimeSpan.FromSeconds(10),
        ConnectCallback = (_, cancellation) => Network.DialAsync(At(source), At(destination), Underlay, cancellation),
    })
    { BaseAddress = new Uri("http://pod") };

    public async ValueTask DisposeAsync() => await provider.DisposeAsync();
}
