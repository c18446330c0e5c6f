using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Mesh.Discovery;
using Emulator.Storage;

namespace Emulator.Mesh.Remote;

/// <summary>Keeps one connection for each cluster that a remote secret names.</summary>
internal sealed class RemoteClusters(
    ObjectStore store, PilotOptions options, EventRecorder events, TimeProvider time, Action changed, Action<string> log) : IAsyncDisposable
{
    public const string Label = "istio/multiCluster";

    private readonly ConcurrentDictionary<RemoteSecretKey, (string Content, RemoteCluster Cluster)> clusters = new();
    private readonly HashSet<(RemoteSecretKey, string)> refused = [];

    /// <summary>All remote clusters, by name.</summary>
    public IEnumerable<RemoteCluster> All => clusters.Values.Select(item => item.Cluster).OrderBy(cluster => cluster.Key.Cluster, StringComparer.Ordinal);

    /// <summary>Compares the connections with the secrets there are. One caller at a time.</summary>
    public void Reconcile()
    {
        var wanted = Wanted();
        foreach (var (key, known) in clusters)
        {
            if (!wanted.ContainsKey(key) && clusters.TryRemove(key, out _))
            {
                log($"info\tDeleting cluster_id={key.Cluster} configured by secret={key.SecretName}");
                changed();
                _ = known.Cluster.DisposeAsync().AsTask();
            }
        }

        foreach (var (key, content) in wanted)
        {
            var known = clusters.TryGetValue(key, out var found) ? found : default;
            if (known.Cluster is null || known.Content != content)
            {
                Connect(key, content, known.Cluster);
            }
        }
    }

    private void Connect(RemoteSecretKey key, string kubeconfig, RemoteCluster? before)
    {
        // A secret that changed, for a new token or address, is a new connection; what the old one knew stays until the new one has seen everything.
        log($"info\t{(before is null ? "Adding" : "Updating")} cluster\tcluster={key.Cluster} secret={key.SecretName}");
        var cluster = new RemoteCluster(key, kubeconfig, $"istiod-{options.Cluster}", before?.Objects, time, _ => changed(), Report);
        clusters[key] = (kubeconfig, cluster);
        _ = before?.DisposeAsync().AsTask();
        if (cluster.Status == RemoteSyncStatus.BadKubeconfig)
        {
            Report(cluster);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, cluster) in clusters.Values)
        {
            await cluster.DisposeAsync();
        }
    }

    private Dictionary<RemoteSecretKey, string> Wanted()
    {
        var wanted = new Dictionary<RemoteSecretKey, string>();
        var taken = new Dictionary<string, RemoteSecretKey> { [options.Cluster] = new("", "", options.Cluster) };
        foreach (var secret in store.List(KnownTypes.Secrets, options.Namespace).Items.Select(item => item.Node).Where(item => item.Label(Label) == "true"))
        {
            foreach (var (name, value) in secret["data"] as JsonObject ?? [])
            {
                var key = new RemoteSecretKey(secret.Namespace(), secret.Name(), name);
                if (taken.TryAdd(name, key))
                {
                    wanted[key] = Decode(value.Text());
                }
                else
                {
                    Refuse(secret, key, taken[name]);
                }
            }
        }

        return wanted;
    }

    private void Refuse(JsonObject secret, RemoteSecretKey key, RemoteSecretKey owner)
    {
        if (refused.Add((key, secret.Uid())))
        {
            var message = owner.Secret.Length == 0
                ? $"The key \"{key.Cluster}\" is this cluster's own name: a remote secret names another cluster. Delete it here and apply it to the other cluster: "
                    + $"kubectl delete secret {key.Secret} -n {key.Namespace}"
                : $"Cluster \"{key.Cluster}\" is configured by secret {owner.SecretName} already; this one is ignored. Delete one of the two.";
            events.Warning(secret, "istiod", "RemoteClusterRefused", message);
            log($"error\t{key.SecretName}: {message}");
        }
    }

    private void Report(RemoteCluster cluster)
    {
        var secret = store.Find(new ResourceKey(KnownTypes.Secrets, cluster.Key.Namespace, cluster.Key.Secret))?.Node;
        if (cluster.Message.Length == 0)
        {
            log($"info\tcluster {cluster.Key.Cluster} {cluster.Status}");
            if (secret is not null)
            {
                events.Normal(secret, "istiod", "RemoteClusterSynced", $"The endpoints of cluster {cluster.Key.Cluster} at {cluster.Server} are known");
            }

            return;
        }

        var message = $"Cluster {cluster.Key.Cluster}: {cluster.Message}. {Cure(cluster)}";
        log($"warn\t{message}");
        if (secret is not null)
        {
            events.Warning(secret, "istiod", Reason(cluster), message);
        }
    }

    private static string Reason(RemoteCluster cluster) => cluster.Status switch
    {
        RemoteSyncStatus.BadKubeconfig => "RemoteClusterBadKubeconfig",
        RemoteSyncStatus.Unauthorized => "RemoteClusterUnauthorized",
        _ => "RemoteClusterUnreachable",
    };

    private static string Cure(RemoteCluster cluster) => cluster.Status switch
    {
        RemoteSyncStatus.BadKubeconfig or RemoteSyncStatus.Unauthorized =>
            $"Make the secret anew: istioctl create-remote-secret --context {cluster.Key.Cluster} --name {cluster.Key.Cluster} (the lab: dotnet run --project Provisioner -- join)",
        _ when cluster.SyncedAt is not null => "Its last known endpoints stay in use; it is tried again",
        _ => "It is tried again; is the cluster running, and the link between the clusters not cut?",
    };

    private static string Decode(string? base64)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64 ?? ""));
        }
        catch (FormatException)
        {
            return "";
        }
    }
}
