using System.Collections.Immutable;

namespace Emulator.Mesh.Discovery;

/// <summary>Keeps the key sets that RequestAuthentications name by address (<c>jwksUri</c>), as istiod does for its proxies.</summary>
internal sealed class KeySets(HttpMessageHandler network, Action changed, TimeProvider time)
{
    // Istio's own: PILOT_JWT_PUB_KEY_REFRESH_INTERVAL is 20 minutes; a failure is tried again sooner.
    private static readonly TimeSpan Refresh = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly HttpClient client = new(network) { Timeout = Patience, MaxResponseContentBufferSize = 1024 * 1024 };
    private volatile IReadOnlyList<string> wanted = [];
    private volatile ImmutableDictionary<string, KeySet> current = ImmutableDictionary<string, KeySet>.Empty;

    /// <summary>What is known now, by address; an address that stops answering keeps the keys it had.</summary>
    public ImmutableDictionary<string, KeySet> Current => current;

    public void Want(IEnumerable<string> addresses)
    {
        List<string> next = [.. addresses];
        var fresh = next.Any(address => !current.ContainsKey(address));
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
            var pause = wanted.Count == 0 ? Timeout.InfiniteTimeSpan : current.Values.Any(set => set.Problem is not null) ? Retry : Refresh;
            await wake.WaitAsync(pause, cancellation);
            var found = ImmutableDictionary.CreateBuilder<string, KeySet>();
            foreach (var (address, set) in await Task.WhenAll(wanted.Select(async address => (address, await FetchAsync(address, cancellation)))))
            {
                found[address] = set;
            }

            var before = current;
            if (found.Count != before.Count || found.Any(item => !before.TryGetValue(item.Key, out var known) || known != item.Value))
            {
                current = found.ToImmutable();
                changed();
            }
        }
    }

    private async Task<KeySet> FetchAsync(string address, CancellationToken cancellation)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var timer = time.CreateTimer(_ => limit.Cancel(), null, Patience, Timeout.InfiniteTimeSpan);
            return new KeySet(await client.GetStringAsync(address, limit.Token), null);
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException or UriFormatException or IOException or NotSupportedException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new KeySet(current.GetValueOrDefault(address)?.Keys, e is OperationCanceledException ? $"no answer within {Patience.TotalSeconds:0} s" : e.Message);
        }
    }
}
