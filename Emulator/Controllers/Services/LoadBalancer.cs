using System.Net;
using System.Net.Sockets;
using Emulator.Network;

namespace Emulator.Controllers;

/// <summary>The listeners of one Service of type LoadBalancer.</summary>
internal sealed class LoadBalancer(string uid, IPAddress address) : IAsyncDisposable
{
    private readonly Dictionary<(int Port, IPEndPoint Address), IPublishedAddress> listeners = [];

    /// <summary>The Service's identity: another Service of the same name has listeners of its own.</summary>
    public string Uid => uid;

    public IPAddress Address => address;

    /// <summary>Opens what is wanted and closes the rest; returns what could not be opened and what helps, or null.</summary>
    public async Task<string?> PublishAsync(
        IPodNetwork network,
        IReadOnlyList<(int Port, IPEndPoint Address)> wanted,
        Func<int, (PodInterface Pod, int Port)?> choose,
        CancellationToken cancellation)
    {
        foreach (var surplus in listeners.Keys.Except(wanted).ToList())
        {
            listeners.Remove(surplus, out var closed);
            await closed!.DisposeAsync();
        }

        var problems = new List<string>();
        foreach (var entry in wanted.Where(entry => !listeners.ContainsKey(entry)))
        {
            try
            {
                listeners[entry] = await network.PublishAsync(entry.Address, () => choose(entry.Port), cancellation);
            }
            catch (SocketException e)
            {
                problems.Add(Describe(entry.Address, e));
            }
        }

        return problems.Count == 0 ? null : string.Join("; ", problems);
    }

    /// <summary>Where a Service port answers; null when its listener could not be opened.</summary>
    public int? HostPort(int port) => listeners
        .Where(entry => entry.Key.Port == port)
        .OrderByDescending(entry => entry.Value.EndPoint.Address.Equals(address))
        .Select(entry => (int?)entry.Value.EndPoint.Port)
        .FirstOrDefault();

    /// <summary>The address to type: that of a port published by name, else the one that serves HTTP, else the first.</summary>
    public string? Url(IEnumerable<PublishedPort> published)
    {
        var named = published.Select(entry => (int?)entry.HostPort).FirstOrDefault(port => listeners.Values.Any(listener => listener.EndPoint.Port == port));
        if (named is { } hostPort)
        {
            return $"http://{IPAddress.Loopback}:{hostPort}";
        }

        var found = listeners.OrderByDescending(entry => entry.Key.Port == 80).ThenBy(entry => entry.Key.Port).Select(entry => entry.Value.EndPoint).FirstOrDefault();
        return found is null ? null : found.Port == 80 ? $"http://{found.Address}" : $"http://{found}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in listeners.Values)
        {
            await listener.DisposeAsync();
        }

        listeners.Clear();
    }

    private static string Describe(IPEndPoint endpoint, SocketException problem) => problem.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"{endpoint} is in use by another program; end it, or give the cluster another port with --publish",
        SocketError.AccessDenied => $"{endpoint} may not be bound by this user; start the cluster without --load-balancer-base, or allow low ports",
        _ => $"{endpoint} cannot be bound ({problem.Message}); it must be a loopback address of this machine",
    };
}
