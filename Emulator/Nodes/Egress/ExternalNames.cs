using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>The hosts of ServiceEntries, which pods with a sidecar can ask for by name: as Istio's DNS proxy, each gets an address of 240.240.0.0/16.</summary>
internal sealed class ExternalNames(ObjectStore store)
{
    public static readonly ResourceType ServiceEntries = new("networking.istio.io", "serviceentries");
    private static readonly IPNetwork Allocated = IPNetwork.Parse("240.240.0.0/16");

    private readonly ConcurrentDictionary<string, IPAddress> addresses = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<IPAddress, string> names = new();
    private int last;

    /// <summary>All ports that entries have.</summary>
    public IEnumerable<int> Ports => Entries().SelectMany(entry => entry["ports"].Items()).Select(port => port["number"].Int());

    /// <summary>The address of a host that an entry has; null where none has it.</summary>
    public IPAddress? Find(string name) =>
        Entry(name) is not { } entry ? null
        : (entry["addresses"] as JsonArray)?.Select(item => item.Text()).FirstOrDefault(text => IPAddress.TryParse(text, out _)) is { } own ? IPAddress.Parse(own)
        : addresses.GetOrAdd(name, Allocate);

    /// <summary>Where a connection to an allocated address is to go: the entry's endpoint, or the host itself; null for other addresses.</summary>
    public DnsEndPoint? Target(IPEndPoint asked)
    {
        if (!Allocated.Contains(asked.Address) || !names.TryGetValue(asked.Address, out var name) || Entry(name) is not { } entry)
        {
            return null;
        }

        var port = entry["ports"].Items().FirstOrDefault(item => item["number"].Int() == asked.Port);
        var endpoint = entry["endpoints"].Items().FirstOrDefault();
        return new DnsEndPoint(
            endpoint?["address"].Text() ?? name,
            endpoint?["ports"]?[port?["name"].Text() ?? ""] is { } mapped ? mapped.Int() : port?["targetPort"].AsLong() is { } target ? (int)target : asked.Port);
    }

    private IPAddress Allocate(string name)
    {
        var number = Interlocked.Increment(ref last) & 0xffff;
        var address = new IPAddress([240, 240, (byte)(number >> 8), (byte)number]);
        names[address] = name;
        return address;
    }

    private IEnumerable<JsonObject> Entries() => store.List(ServiceEntries).Items.Select(item => item.Node["spec"]).OfType<JsonObject>();

    private JsonObject? Entry(string name) => Entries().FirstOrDefault(entry => (entry["hosts"] as JsonArray)?.Any(host => Covers(host.Text() ?? "", name)) is true);

    private static bool Covers(string host, string name) =>
        string.Equals(host, name, StringComparison.OrdinalIgnoreCase)
        || (host.StartsWith("*.", StringComparison.Ordinal) && name.EndsWith(host[1..], StringComparison.OrdinalIgnoreCase));
}
