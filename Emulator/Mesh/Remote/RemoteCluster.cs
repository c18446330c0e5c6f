using System.Net;
using System.Security.Authentication;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.Remote;

/// <summary>The connection to one other cluster: follows its services, endpoints, pods and nodes, and outlives that cluster's failures.</summary>
/// <remarks>While the other API cannot be reached, what was last seen of it stays: endpoints go when the remote secret goes.</remarks>
internal sealed class RemoteCluster : IAsyncDisposable
{
    private static readonly TimeSpan SyncLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long one that cannot be reached is tried before its mesh starts without it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource stopping = new();
    private readonly RemoteObjects[] types =
    [
        new(KnownTypes.Services, "api/v1/services"), new(KnownTypes.EndpointSlices, "apis/discovery.k8s.io/v1/endpointslices"),
        new(KnownTypes.Pods, "api/v1/pods"), new(KnownTypes.Nodes, "api/v1/nodes"),
    ];

    private readonly ClusterObjects? before;
    private readonly Action<RemoteCluster> changed;
    private readonly Action<RemoteCluster> reported;
    private readonly RemoteApi? api;
    private readonly TimeProvider time;
    private readonly long startedAt;
    private readonly Task running;
    private State state;

    /// <param name="before">What an earlier connection knew of the cluster; it counts until this one knows better.</param>
    /// <param name="changed">Told when the snapshot may change.</param>
    /// <param name="reported">Told when <see cref="Status"/> or <see cref="Message"/> changed.</param>
    public RemoteCluster(
        RemoteSecretKey key, string kubeconfig, string userAgent, ClusterObjects? before, TimeProvider time, Action<RemoteCluster> changed, Action<RemoteCluster> reported)
    {
        Key = key;
        this.before = before;
        this.time = time;
        this.changed = changed;
        this.reported = reported;
        startedAt = time.GetTimestamp();
        try
        {
            var parsed = RemoteKubeconfig.Parse(kubeconfig);
            Server = parsed.Server.ToString();
            api = new RemoteApi(parsed, userAgent);
            state = new State(RemoteSyncStatus.Syncing, "");
            running = Task.WhenAll(types.Select(type => Task.Run(() => FollowAsync(type, stopping.Token))));
        }
        catch (FormatException e)
        {
            state = new State(RemoteSyncStatus.BadKubeconfig, e.Message);
            running = Task.CompletedTask;
        }
    }

    public RemoteSecretKey Key { get; }

    public string Server { get; } = "";

    public string Status => state.Status;

    /// <summary>What hinders the connection now; empty when nothing does.</summary>
    public string Message => state.Message;

    /// <summary>Whether its endpoints are known, or not to be waited for: it refuses, or does not answer.</summary>
    public bool IsSettled => SyncedAt is not null || Status is not RemoteSyncStatus.Syncing
        || time.GetElapsedTime(startedAt) > (Message.Length > 0 ? Patience : SyncLimit);

    /// <summary>When everything was seen for the first time; null before.</summary>
    public DateTimeOffset? SyncedAt { get; private set; }

    /// <summary>What is known of the cluster; null until everything was seen once.</summary>
    public ClusterObjects? Objects => SyncedAt is null ? before : new ClusterObjects
    {
        Cluster = Key.Cluster,
        Services = types[0].All,
        EndpointSlices = types[1].All,
        Pods = types[2].All,
        Nodes = types[3].All,
    };

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        api?.Dispose();
        await running;
        stopping.Dispose();
    }

    private async Task FollowAsync(RemoteObjects type, CancellationToken cancellation)
    {
        var pause = ShortestPause;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await ListAndWatchAsync(type, () => pause = ShortestPause, cancellation);
            }
            catch (Exception e) when (e is IOException && !cancellation.IsCancellationRequested)
            {
                // A watch broke off: what comes of the list that follows says whether anything is wrong.
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                Report(e);
            }
            catch
            {
                return;
            }

            try
            {
                await Task.Delay(pause * (0.75 + (Random.Shared.NextDouble() / 2)), time, cancellation);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task ListAndWatchAsync(RemoteObjects type, Action answered, CancellationToken cancellation)
    {
        var (items, version) = await api!.ListAsync(type.Path, cancellation);
        type.Replace(items);
        answered();
        Listed();
        while (true)
        {
            var start = version;
            await foreach (var (change, item) in api.WatchAsync(type.Path, version, cancellation))
            {
                if (change == "ERROR")
                {
                    // The history is gone (410), or the server gave up: list again.
                    return;
                }

                version = RemoteObjects.VersionOf(item);
                if (change != "BOOKMARK" && type.Apply(change, item))
                {
                    changed(this);
                }
            }

            if (version == start)
            {
                return;
            }
        }
    }

    private void Listed()
    {
        if (types.All(type => type.Listed))
        {
            SyncedAt ??= time.GetUtcNow();
            Set(RemoteSyncStatus.Synced, "");
            changed(this);
        }
    }

    private void Report(Exception error)
    {
        var (status, message) = error switch
        {
            HttpRequestException { StatusCode: HttpStatusCode.Unauthorized } =>
                (RemoteSyncStatus.Unauthorized, $"{Server} does not accept the token of the kubeconfig: {error.Message}"),
            HttpRequestException { StatusCode: HttpStatusCode.Forbidden } =>
                (RemoteSyncStatus.Unauthorized, $"{Server} does not let the token read what the mesh needs: {error.Message}"),
            HttpRequestException { InnerException: AuthenticationException tls } =>
                (Unreachable(), $"{Server} has a certificate that the kubeconfig's authority did not sign: {tls.Message}"),
            _ => (Unreachable(), $"{Server} cannot be reached: {error.Message}"),
        };
        Set(status, message);
    }

    private string Unreachable() =>
        SyncedAt is not null ? RemoteSyncStatus.Synced
        : time.GetElapsedTime(startedAt) > SyncLimit ? RemoteSyncStatus.Timeout
        : RemoteSyncStatus.Syncing;

    private void Set(string status, string message)
    {
        var next = new State(status, message);
        if (Interlocked.Exchange(ref state, next) != next)
        {
            reported(this);
        }
    }

    private sealed record State(string Status, string Message);
}
