using System.Buffers.Binary;
using System.Net;

namespace Emulator.Nodes;

/// <summary>One node of the cluster: its name, its addresses, and the pod addresses that it gives out.</summary>
internal sealed class EmbeddedNode(string name, IPAddress address, IPNetwork pods)
{
    private readonly Lock gate = new();
    private readonly HashSet<uint> used = [];
    private uint last = 1;

    public string Name => name;

    /// <summary>The node's own address, which pods report as hostIP.</summary>
    public IPAddress Address => address;

    public IPNetwork PodCidr => pods;

    /// <summary>Takes a free pod address, going round so that an address is not used again at once; null when all are taken.</summary>
    public IPAddress? TakeAddress()
    {
        var size = 1u << (32 - pods.PrefixLength);
        lock (gate)
        {
            for (var i = 0u; i < size; i++)
            {
                // The first address is the network's, the second the node's gateway, the last the broadcast.
                last = last + 2 < size ? last + 1 : 2;
                if (used.Add(last))
                {
                    return FromOffset(pods, last);
                }
            }
        }

        return null;
    }

    public void ReturnAddress(IPAddress returned)
    {
        lock (gate)
        {
            used.Remove(ToNumber(returned) - ToNumber(pods.BaseAddress));
        }
    }

    /// <summary>The node with a running number of a cluster: its share of the pod addresses and an address in the region's network.</summary>
    public static EmbeddedNode Create(ClusterOptions options, int index)
    {
        var cluster = IPNetwork.Parse(options.PodCidr);
        var prefix = Math.Max(Math.Min(23, 32 - 4), cluster.PrefixLength + BitsFor(options.Nodes));
        var share = new IPNetwork(FromOffset(cluster, (uint)index << (32 - prefix)), prefix);
        return new EmbeddedNode(NodeNames.For(options, index), NodeNames.Address(options, index), share);
    }

    public static IPAddress FromOffset(IPNetwork network, uint offset)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ToNumber(network.BaseAddress) + offset);
        return new IPAddress(bytes);
    }

    private static uint ToNumber(IPAddress value) => BinaryPrimitives.ReadUInt32BigEndian(value.GetAddressBytes());

    private static int BitsFor(int count) => count <= 1 ? 0 : (int)Math.Ceiling(Math.Log2(count));
}
