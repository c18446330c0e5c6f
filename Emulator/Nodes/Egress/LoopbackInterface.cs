using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Emulator.Nodes;

/// <summary>The only interface of a pod's own network: its loopback, which is made to stand for every address there is.</summary>
/// <remarks>To Linux every address of a loopback interface's networks is its own, so that connections to all the world end in listeners here.</remarks>
internal static class LoopbackInterface
{
    private const uint SetFlags = 0x8914;
    private const uint SetAddress = 0x8916;
    private const uint SetMask = 0x891c;
    private const short UpAndRunning = 0x41;
    private const int NameLength = 16;
    private const int RequestLength = 40;

    /// <summary>To be called on a thread inside the network namespace.</summary>
    public static void Open(IPAddress pod)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var flags = Request("lo");
        BitConverter.TryWriteBytes(flags.AsSpan(NameLength), UpAndRunning);
        Native.Configure(socket.SafeHandle, SetFlags, flags);

        // 1.0.0.0/8, 2.0.0.0/7, 4.0.0.0/6 and so on to 128.0.0.0/1: all but 0.0.0.0/8.
        var own = BinaryPrimitives.ReadUInt32BigEndian(pod.GetAddressBytes());
        for (var bit = 0; bit < 8; bit++)
        {
            var mask = uint.MaxValue << (24 + bit);
            var network = 1u << (24 + bit);
            var name = $"lo:{bit}";
            Native.Configure(socket.SafeHandle, SetAddress, Request(name, (own & mask) == network ? own : network + 1));
            Native.Configure(socket.SafeHandle, SetMask, Request(name, mask));
        }
    }

    private static byte[] Request(string name)
    {
        var request = new byte[RequestLength];
        Encoding.ASCII.GetBytes(name, request);
        return request;
    }

    private static byte[] Request(string name, uint address)
    {
        var request = Request(name);
        BitConverter.TryWriteBytes(request.AsSpan(NameLength), (short)AddressFamily.InterNetwork);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(NameLength + 4), address);
        return request;
    }
}
