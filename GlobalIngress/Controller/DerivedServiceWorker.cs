using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using GlobalIngress.Fleet;
using GlobalIngress.Kubernetes;
using GlobalIngress.Resources;

namespace GlobalIngress.Controller;

/// <summary>Keeps the derived Services of one member cluster as they should be; a cluster that is away holds up no other.</summary>
internal sealed class DerivedServiceWorker(MemberCluster cluster, EventRecorder events, ILogger logger)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly Signal signal = new();
    private readonly HashSet<string> withoutNamespace = [];
    private ImmutableDictionary<string, (DerivedService Service, JsonObject Parent)>? desired;

    private string Place => $"{{{cluster.Member.Link} {cluster.Member.ClusterName}}}";

    /// <summary>Sets the Services that the cluster should have; all others of this controller are removed.</summary>
    public void Want(ImmutableDictionary<string, (DerivedService Service, JsonObject Parent)> services)
    {
        Volatile.Write(ref desired, services);
        signal.Set();
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await signal.WaitAsync(cancellation);
            try
            {
                if (!await ReconcileAsync(cancellation))
                {
                    signal.SetAfter(RetryPause, cancellation);
                }
            }
            catch (KubeException error)
            {
                logger.LogDebug("Derived Services wait: {Problem}", error.Message);
                signal.SetAfter(RetryPause, cancellation);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                logger.LogError(error, "Derived Services of {Cluster} failed; they are tried again", cluster.Member);
                signal.SetAfter(RetryPause, cancellation);
            }
        }
    }

    private async Task<bool> ReconcileAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref desired) is not { } wanted || !cluster.Services.IsSynced)
        {
            return false;
        }

        var client = cluster.Client();
        var complete = true;
        foreach (var (service, parent) in wanted.Values)
        {
            var existing = cluster.Services.Items.GetValueOrDefault(service.Key);
            if (existing is not null && service.IsMetBy(existing))
            {
                continue;
            }

            complete &= await EnsureAsync(client, service, parent, existing, cancellation);
        }

        foreach (var (key, item) in cluster.Services.Items)
        {
            if (!wanted.ContainsKey(key) && !item.IsBeingDeleted())
            {
                await client.DeleteAsync(KubeResource.Services, item.Namespace(), item.Name(), cancellation);
                logger.LogInformation("Derived Service {Service} is removed from {Cluster}", key, cluster.Member);
            }
        }

        return complete;
    }

    private async Task<bool> EnsureAsync(
        KubeClient client, DerivedService service, JsonObject parent, JsonObject? existing, CancellationToken cancellation)
    {
        JsonObject? answer;
        try
        {
            answer = existing is null
                ? await client.CreateAsync(KubeResource.Services, service.Namespace, service.Body, cancellation)
                : await client.PatchAsync(KubeResource.Services, service.Namespace, service.Name, Change(service, existing), cancellation);
        }
        catch (KubeException error) when (error.Status == HttpStatusCode.Conflict)
        {
            // It came into being just now; the watch is about to say so.
            return false;
        }
        catch (KubeException error) when (error.Status is { } status && (int)status < 500)
        {
            events.Warning(parent, "SYNC", $"Derived Service {service.Name} was refused by cluster {Place}: {error.Message}");
            return true;
        }

        if (answer is null)
        {
            if (existing is null && withoutNamespace.Add(service.Namespace))
            {
                events.Warning(parent, "SYNC", $"Namespace {service.Namespace} does not exist in cluster {Place}, "
                    + $"so it gets no derived Service: kubectl --context {cluster.Member.Name} create namespace {service.Namespace}");
            }

            return false;
        }

        withoutNamespace.Remove(service.Namespace);
        events.Normal(parent, "SYNC", $"Derived Service was ensured in cluster {Place}");
        return true;
    }

    // A merge patch keeps what it does not name: labels that are not wanted any more go by name.
    private static JsonObject Change(DerivedService service, JsonObject existing)
    {
        var change = service.Body.DeepClone().AsObject();
        var selector = change.Object("spec").Object("selector")!;
        foreach (var (name, _) in existing.Object("spec").Object("selector") ?? [])
        {
            if (!selector.ContainsKey(name))
            {
                selector[name] = null;
            }
        }

        return change;
    }
}
