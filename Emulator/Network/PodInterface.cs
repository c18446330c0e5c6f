using System.Collections.Concurrent;
using System.Net;
using Emulator.Nodes;

namespace Emulator.Network;

/// <summary>The network side of one running pod: its address, what answers on its ports, and the sidecar in front, if any.</summary>
internal sealed class PodInterface(string ns, string name, string node, IPAddress address)
{
    private volatile IInboundProxy? inbound;
    private volatile HttpMessageHandler? outbound;
    private volatile StreamConnector? outboundStreams;
    private volatile Func<IPEndPoint, bool>? carriesStreams;

    public string Namespace => ns;

    public string Name => name;

    /// <summary>The Node the pod runs on.</summary>
    public string Node => node;

    public IPAddress Address => address;

    /// <summary>What the pod's containers serve, by port.</summary>
    public ConcurrentDictionary<int, RequestDelegate> Ports { get; } = new();

    /// <summary>What the pod's containers serve that is not HTTP, by port.</summary>
    public ConcurrentDictionary<int, StreamHandler> Streams { get; } = new();

    /// <summary>A proxy that takes every connection to the pod before its containers see it; null: they are reached directly.</summary>
    public IInboundProxy? Inbound
    {
        get => inbound;
        set => inbound = value;
    }

    /// <summary>What the requests cost that the proxy takes.</summary>
    public RequestMeter ProxyWork { get; } = new();

    /// <summary>How HTTP requests leave the pod: the sidecar's handler, or null for the cluster's plain service addresses.</summary>
    public HttpMessageHandler? Outbound
    {
        get => outbound;
        set => outbound = value;
    }

    /// <summary>How connections that are not HTTP leave the pod; null: to the cluster's plain service addresses.</summary>
    public StreamConnector? OutboundStreams
    {
        get => outboundStreams;
        set => outboundStreams = value;
    }

    /// <summary>Tells the sidecar's knowledge that what listens at an address does not speak HTTP; null: only a client's first bytes tell.</summary>
    public Func<IPEndPoint, bool>? CarriesStreams
    {
        get => carriesStreams;
        set => carriesStreams = value;
    }
}
