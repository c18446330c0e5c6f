using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Answers the DNS questions of processes in pods: cluster names as CoreDNS does, all others as this machine does.</summary>
/// <param name="external">Names that the mesh knows besides; asked only for pods that have a sidecar.</param>
internal sealed class NameServer(ObjectStore store, ExternalNames external, Func<bool> isInMesh)
{
    private const int HeaderLength = 12;
    private const int MaximumMessage = 1500;
    private const int TypeAddress = 1;
    private const int Internet = 1;
    private const int NoSuchName = 3;
    private const int NotImplemented = 4;
    private const uint SecondsToLive = 5;
    private const string Zone = "cluster.local";

    private static readonly IPEndPoint Anybody = new(IPAddress.Any, 0);

    /// <summary>Answers until the socket is closed.</summary>
    public async Task AnswerAsync(Socket socket)
    {
        var buffer = new byte[MaximumMessage];
        while (true)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, Anybody);
                _ = AnswerAsync(socket, buffer[..received.ReceivedBytes], received.RemoteEndPoint);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
            {
                // An earlier client no longer waits for its answer.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(Socket socket, byte[] question, EndPoint client)
    {
        if (Parse(question) is not var (name, type, end))
        {
            return;
        }

        var addresses = await FindAsync(name);
        var code = type == 0 ? NotImplemented : addresses is null ? NoSuchName : 0;
        try
        {
            await socket.SendToAsync(Reply(question.AsSpan(0, end), code, type == TypeAddress ? addresses ?? [] : []), client);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client, or the pod, is gone.
        }
    }

    /// <summary>The name's addresses; null when there is no such name.</summary>
    private async Task<IReadOnlyList<IPAddress>?> FindAsync(string name)
    {
        if (name == "metadata.google.internal")
        {
            return [IPAddress.Parse("169.254.169.254")];
        }

        if (name == Zone || name.EndsWith("." + Zone, StringComparison.Ordinal))
        {
            return FindInCluster(name[..^Zone.Length].TrimEnd('.').Split('.'));
        }

        if (isInMesh() && external.Find(name) is { } entry)
        {
            return [entry];
        }

        try
        {
            return await Dns.GetHostAddressesAsync(name, AddressFamily.InterNetwork);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return null;
        }
    }

    private IReadOnlyList<IPAddress>? FindInCluster(string[] labels) => labels switch
    {
        [var service, var ns, "svc"] => Service(ns, service, hostname: null),
        [var hostname, var service, var ns, "svc"] => Service(ns, service, hostname),
        [var dashed, _, "pod"] when IPAddress.TryParse(dashed.Replace('-', '.'), out var address) => [address],
        _ => null,
    };

    private IReadOnlyList<IPAddress>? Service(string ns, string name, string? hostname)
    {
        if (store.Find(new ResourceKey(KnownTypes.Services, ns, name))?.Node["spec"] is not { } spec)
        {
            return null;
        }

        if (hostname is null && IPAddress.TryParse(spec["clusterIP"].Text(), out var address))
        {
            return [address];
        }

        var found = store.List(KnownTypes.EndpointSlices, ns).Items
            .Where(slice => slice.Node.Label("kubernetes.io/service-name") == name)
            .SelectMany(slice => slice.Node["endpoints"].Items())
            .Where(endpoint => endpoint["conditions"]?["ready"] is null || endpoint["conditions"]!["ready"].IsTrue())
            .Where(endpoint => hostname is null || endpoint["hostname"].Text() == hostname)
            .SelectMany(endpoint => (endpoint["addresses"] as System.Text.Json.Nodes.JsonArray ?? []).Select(item => IPAddress.Parse(item.Text()!)))
            .ToList();
        return found.Count > 0 ? found : null;
    }

    /// <summary>The first question's name, its type (0: nothing that is answered here) and where it ends; null when it is no question.</summary>
    private static (string Name, int Type, int End)? Parse(byte[] message)
    {
        if (message.Length < HeaderLength || (message[2] & 0x80) != 0 || BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(4)) != 1)
        {
            return null;
        }

        var labels = new List<string>();
        var at = HeaderLength;
        while (at < message.Length && message[at] != 0)
        {
            var length = message[at];
            if (length > 63 || at + 1 + length >= message.Length)
            {
                return null;
            }

            labels.Add(Encoding.ASCII.GetString(message, at + 1, length).ToLowerInvariant());
            at += length + 1;
        }

        if (at + 5 > message.Length)
        {
            return null;
        }

        var isStandard = (message[2] & 0x78) == 0 && BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(at + 3)) == Internet;
        return (string.Join('.', labels), isStandard ? BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(at + 1)) : 0, at + 5);
    }

    private static byte[] Reply(ReadOnlySpan<byte> question, int code, IReadOnlyList<IPAddress> addresses)
    {
        const int RecordLength = 16;
        const ushort PointerToName = 0xC000 | HeaderLength;
        var reply = new byte[question.Length + (addresses.Count * RecordLength)];
        question.CopyTo(reply);

        // An authoritative response; recursion available and desired as asked; one question, no further sections.
        reply[2] = (byte)(0x84 | (question[2] & 0x79));
        reply[3] = (byte)(0x80 | code);
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(6), (ushort)addresses.Count);
        reply.AsSpan(8, 4).Clear();
        var record = reply.AsSpan(question.Length);
        foreach (var address in addresses)
        {
            BinaryPrimitives.WriteUInt16BigEndian(record, PointerToName);
            BinaryPrimitives.WriteUInt16BigEndian(record[2..], TypeAddress);
            BinaryPrimitives.WriteUInt16BigEndian(record[4..], Internet);
            BinaryPrimitives.WriteUInt32BigEndian(record[6..], SecondsToLive);
            BinaryPrimitives.WriteUInt16BigEndian(record[10..], 4);
            address.TryWriteBytes(record[12..], out _);
            record = record[RecordLength..];
        }

        return reply;
    }
}
