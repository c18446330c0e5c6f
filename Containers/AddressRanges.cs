using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Containers;

/// <summary>Address ranges in use on this machine and in its engine, which those of clusters must not touch.</summary>
public static class AddressRanges
{
    /// <summary>The engine's networks and this machine's own, each with what it belongs to.</summary>
    public static async Task<IReadOnlyList<(string Owner, IPNetwork Range)>> InUseAsync(ContainerEngine engine, CancellationToken cancellation)
    {
        var networks = await NetworkInspection.ListAsync(engine, cancellation);
        return [.. Of(networks), .. OfThisMachine()];
    }

    /// <summary>A problem for each planned range that overlaps one in use, or another planned one.</summary>
    public static IReadOnlyList<EngineProblem> Conflicts(
        IReadOnlyList<(string Setting, string Cidr)> planned, IReadOnlyList<(string Owner, IPNetwork Range)> inUse)
    {
        var problems = new List<EngineProblem>();
        for (var i = 0; i < planned.Count; i++)
        {
            var (setting, cidr) = planned[i];
            if (!IPNetwork.TryParse(cidr, out var range))
            {
                problems.Add(new($"{setting} is '{cidr}', which is no address range", $"Give one such as 10.10.0.0/16, with zeros behind its prefix: --Lab:{setting}=RANGE"));
                continue;
            }

            problems.AddRange(inUse.Where(used => Overlap(used.Range, range)).Select(used => new EngineProblem(
                $"{setting} {cidr} overlaps {used.Range} of {used.Owner}", $"Give another range: --Lab:{setting}=RANGE, or remove that network")));
            problems.AddRange(planned.Take(i).Where(other => IPNetwork.TryParse(other.Cidr, out var earlier) && Overlap(earlier, range)).Select(other => new EngineProblem(
                $"{setting} {cidr} overlaps {other.Setting} {other.Cidr}", $"Give each its own range: --Lab:{setting}=RANGE")));
        }

        return problems;
    }

    /// <summary>The ranges of networks, each with the network's name.</summary>
    public static IEnumerable<(string Owner, IPNetwork Range)> Of(IEnumerable<NetworkInspection> networks) =>
        networks.SelectMany(network => network.Ranges.Select(range => ($"the engine's network {network.Name}", range)));

    private static IEnumerable<(string Owner, IPNetwork Range)> OfThisMachine() =>
        from card in NetworkInterface.GetAllNetworkInterfaces()
        where card.OperationalStatus == OperationalStatus.Up
        from address in card.GetIPProperties().UnicastAddresses
        where address.Address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address.Address)
        select ($"this machine's {card.Name}", Range(address.Address, address.PrefixLength));

    private static IPNetwork Range(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefix; bit < 32; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), prefix);
    }

    private static bool Overlap(IPNetwork a, IPNetwork b) =>
        a.BaseAddress.AddressFamily == b.BaseAddress.AddressFamily && (a.Contains(b.BaseAddress) || b.Contains(a.BaseAddress));
}
