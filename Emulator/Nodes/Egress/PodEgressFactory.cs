using System.Net;
using Emulator.Api.Security;
using Emulator.Network;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Makes the way out of pods' own networks, and knows what it leads to.</summary>
internal sealed class PodEgressFactory(
    IPodNetwork network, PlainOutbound plain, ObjectStore store, MetadataServers metadata, ClusterOptions options, ILogger<PodEgress> logger)
{
    private readonly ExternalNames external = new(store);

    /// <summary>As kubeadm chooses it: the tenth address of the services'.</summary>
    public IPAddress NameServer { get; } = TenthOf(ClusterAuthority.ServiceAddress(options.ServiceCidr));

    public PodEgress Create(PodInterface pod, EmbeddedNode node, Func<int, RequestDelegate?> inside) => new(
        pod, network, plain, new NameServer(store, external, () => pod.Outbound is not null), external, NameServer, new HttpMessageInvoker(metadata.For(node), disposeHandler: false), Ports, inside, logger);

    /// <summary>All ports on which something in the cluster may be asked for.</summary>
    private IEnumerable<int> Ports() => store.List(KnownTypes.Services).Items
        .SelectMany(service => (service.Node["spec"]?["ports"]).Items())
        .Where(port => port["protocol"].Text() is null or "TCP")
        .SelectMany(port => (int[])[port["port"].Int(), port["targetPort"].Int()])
        .Concat(external.Ports)
        .Where(port => port is > 0 and < 65536);

    private static IPAddress TenthOf(IPAddress first)
    {
        var bytes = first.GetAddressBytes();
        bytes[^1] += 9;
        return new IPAddress(bytes);
    }
}
