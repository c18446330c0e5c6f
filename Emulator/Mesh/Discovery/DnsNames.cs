using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Emulator.Mesh.Discovery;

/// <summary>Keeps the addresses of the names that ServiceEntries ask DNS for.</summary>
internal sealed class DnsNames(Action changed, TimeProvider time)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim wake = new(0, 1);
    private volatile IReadOnlyList<string> wanted = [];
    private volatile ImmutableDictionary<string, ImmutableArray<IPAddress>> current = ImmutableDictionary<string, ImmutableArray<IPAddress>>.Empty;

    /// <summary>What is known now; a name that could not be resolved keeps its last addresses.</summary>
    public ImmutableDictionary<string, ImmutableArray<IPAddress>> Current => current;

    public void Want(IEnumerable<string> names)
    {
        List<string> next = [.. names];
        var fresh = next.Any(name => !current.ContainsKey(name));
        wanted = next;
        if (fresh && wake.CurrentCount == 0)
        {
            wake.Release();
        }
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            // Nothing to look up, nothing to do: most meshes have no such entries.
            await wake.WaitAsync(wanted.Count == 0 ? Timeout.InfiniteTimeSpan : Refresh, cancellation);
            var found = ImmutableDictionary.CreateBuilder<string, ImmutableArray<IPAddress>>();
            foreach (var name in wanted)
            {
                found[name] = await ResolveAsync(name, cancellation);
            }

            var before = current;
            if (found.Count != before.Count || found.Any(item => !before.TryGetValue(item.Key, out var known) || !known.SequenceEqual(item.Value)))
            {
                current = found.ToImmutable();
                changed();
            }
        }
    }

    private async Task<ImmutableArray<IPAddress>> ResolveAsync(string name, CancellationToken cancellation)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(name, cancellation).WaitAsync(TimeSpan.FromSeconds(5), time, cancellation);
            return [.. addresses.OrderBy(address => address.ToString(), StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            return current.TryGetValue(name, out var known) ? known : [];
        }
    }
}
