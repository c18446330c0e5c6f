using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace GlobalIngress.LoadBalancing;

/// <summary>Opens connections to pods.</summary>
internal static class PodDialer
{
    // An address of Google's load balancers; firewall rules know them by it.
    private static readonly IPAddress Source = IPAddress.Parse("35.191.0.1");

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public static async ValueTask<Stream> DialAsync(IPEndPoint pod, IPEndPoint? underlay, CancellationToken cancellation)
    {
        var socket = new Socket((underlay ?? pod).AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(underlay ?? pod, cancellation);
            if (underlay is not null)
            {
                await socket.SendAsync(Preamble(new IPEndPoint(Source, ((IPEndPoint)socket.LocalEndPoint!).Port), pod), cancellation);
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>PROXY protocol version 2 for TCP: who speaks, and to which pod.</summary>
    internal static byte[] Preamble(IPEndPoint source, IPEndPoint pod)
    {
        var wide = pod.AddressFamily == AddressFamily.InterNetworkV6;
        var size = wide ? 16 : 4;
        var bytes = new byte[16 + (2 * size) + 4];
        Signature.CopyTo(bytes);
        bytes[12] = 0x21;
        bytes[13] = wide ? (byte)0x21 : (byte)0x11;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(14), (ushort)((2 * size) + 4));
        (wide ? source.Address.MapToIPv6() : source.Address).TryWriteBytes(bytes.AsSpan(16), out _);
        pod.Address.TryWriteBytes(bytes.AsSpan(16 + size), out _);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(16 + (2 * size)), (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(18 + (2 * size)), (ushort)pod.Port);
        return bytes;
    }
}
