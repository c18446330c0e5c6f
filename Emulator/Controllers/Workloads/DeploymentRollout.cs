using System.Globalization;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>One look at one Deployment: its ReplicaSets, and the steps that bring it nearer to what is wanted.</summary>
internal sealed partial class DeploymentRollout(
    Registry registry, EventRecorder events, TimeProvider time, StoredObject stored, List<StoredObject> replicaSets)
{
    private readonly List<StoredObject> owned = [.. replicaSets.OrderBy(item => item.Node.Created(), StringComparer.Ordinal).ThenBy(item => item.Revision)];
    private JsonObject deployment = stored.Node;
    private StoredObject? newest;

    public bool IsPaused => deployment["spec"]?["paused"].IsTrue() ?? false;

    public bool IsRecreate => deployment["spec"]?["strategy"]?["type"].Text() == "Recreate";

    /// <summary>Whether only the wanted number of replicas has changed since the ReplicaSets were last sized.</summary>
    public bool IsScaling => owned.Any(item =>
        item.Node.Replicas() > 0
        && int.TryParse(item.Node.Annotation(ReplicaSetReading.DesiredAnnotation), CultureInfo.InvariantCulture, out var desired)
        && desired != deployment.Replicas());

    public bool OldPodsRun
    {
        get
        {
            var old = Old.Select(item => item.Node.Uid()).ToHashSet();
            return registry.Store.List(KnownTypes.Pods, stored.Key.Namespace).Items.Any(pod =>
                pod.Node.ControllerUid() is { } owner && old.Contains(owner)
                && pod.Node["status"]?["phase"].Text() is not ("Failed" or "Succeeded"));
        }
    }

    public bool IsComplete => IsDone(CalculateStatus());

    private IEnumerable<StoredObject> Old => owned.Where(item => newest is null || item.Key != newest.Key);

    private int MaximumReplicas => deployment.Replicas() + RolloutArithmetic.Bounds(deployment).Surge;

    /// <summary>Grows (or shrinks) the newest ReplicaSet as far as the bounds allow; whether anything was written.</summary>
    public bool ScaleUpNew()
    {
        if (newest is null || newest.Node.Replicas() == deployment.Replicas())
        {
            return false;
        }

        return newest.Node.Replicas() > deployment.Replicas() ? Scale(newest, deployment.Replicas()) : Scale(newest, NewReplicas());
    }

    /// <summary>Shrinks old ReplicaSets, pods that do not work first, as far as enough pods stay available.</summary>
    public bool ScaleDownOld()
    {
        if (newest is null || !Old.Any(item => item.Node.Replicas() > 0))
        {
            return false;
        }

        var enough = deployment.Replicas() - RolloutArithmetic.Bounds(deployment).Unavailable;
        var unavailable = newest.Node.Replicas() - newest.Node.Available();
        var spare = owned.Sum(item => item.Node.Replicas()) - enough - unavailable;
        if (spare <= 0)
        {
            return false;
        }

        var changed = false;
        foreach (var old in Old.Where(item => item.Node.Replicas() > item.Node.Available()).ToList())
        {
            var cleaned = Math.Min(spare, old.Node.Replicas() - old.Node.Available());
            spare -= cleaned;
            changed |= cleaned > 0 && Scale(old, old.Node.Replicas() - cleaned);
        }

        var excess = owned.Sum(item => Math.Min(item.Node.Available(), item.Node.Replicas())) - enough;
        foreach (var old in Old.Where(item => item.Node.Replicas() > 0).ToList())
        {
            var stopped = Math.Min(excess, old.Node.Replicas());
            if (stopped > 0)
            {
                excess -= stopped;
                changed |= Scale(old, old.Node.Replicas() - stopped);
            }
        }

        return changed;
    }

    public bool StopOld()
    {
        var changed = false;
        foreach (var old in Old.Where(item => item.Node.Replicas() > 0).ToList())
        {
            changed |= Scale(old, 0);
        }

        return changed;
    }

    /// <summary>Gives a new number of replicas to the ReplicaSets in proportion to their size, so that a rollout under way stays balanced.</summary>
    public void ScaleProportionally()
    {
        var active = owned.Where(item => item.Node.Replicas() > 0).ToList();
        if (active.Count <= 1)
        {
            var only = active.FirstOrDefault() ?? newest ?? owned.LastOrDefault();
            if (only is not null)
            {
                Scale(only, deployment.Replicas());
            }

            return;
        }

        if (newest is not null && newest.Node.Replicas() == deployment.Replicas() && newest.Node.Available() == deployment.Replicas())
        {
            StopOld();
            return;
        }

        if (!IsRecreate)
        {
            Spread(active);
        }
    }

    /// <summary>Deletes the oldest ReplicaSets without pods beyond the history limit.</summary>
    public void CleanUp()
    {
        var limit = deployment["spec"]?["revisionHistoryLimit"].Int(10) ?? 10;
        var done = Old.Where(item => !item.Node.IsDeleting() && item.Node.Replicas() == 0 && item.Node.Actual() == 0).ToList();
        foreach (var surplus in done.OrderBy(item => item.Node.Revision()).Take(Math.Max(0, done.Count - limit)))
        {
            registry.Delete(KnownTypes.ReplicaSets, surplus.Key.Namespace, surplus.Key.Name, DeletionOptions.Default, WriteOptions.System);
            owned.Remove(surplus);
        }
    }

    private int NewReplicas()
    {
        var current = newest?.Node.Replicas() ?? 0;
        if (IsRecreate)
        {
            return deployment.Replicas();
        }

        var room = MaximumReplicas - owned.Sum(item => item.Node.Replicas());
        return room <= 0 ? current : current + Math.Min(room, deployment.Replicas() - current);
    }

    private void Spread(List<StoredObject> active)
    {
        var allowed = deployment.Replicas() > 0 ? MaximumReplicas : 0;
        var toAdd = allowed - active.Sum(item => item.Node.Replicas());
        var largestFirst = toAdd > 0
            ? active.OrderByDescending(item => item.Node.Replicas()).ThenByDescending(item => item.Revision).ToList()
            : active.OrderByDescending(item => item.Node.Replicas()).ThenBy(item => item.Revision).ToList();
        var added = 0;
        var sizes = new Dictionary<ResourceKey, int>();
        foreach (var item in largestFirst)
        {
            var share = toAdd == 0 ? 0 : Share(item.Node);
            share = toAdd > 0 ? Math.Clamp(share, 0, toAdd - added) : Math.Clamp(share, toAdd - added, 0);
            added += share;
            sizes[item.Key] = item.Node.Replicas() + share;
        }

        sizes[largestFirst[0].Key] = Math.Max(0, sizes[largestFirst[0].Key] + toAdd - added);
        foreach (var item in largestFirst)
        {
            Scale(item, sizes[item.Key]);
        }
    }

    private int Share(JsonObject replicaSet)
    {
        if (deployment.Replicas() == 0)
        {
            return -replicaSet.Replicas();
        }

        var before = int.TryParse(replicaSet.Annotation(ReplicaSetReading.MaximumAnnotation), CultureInfo.InvariantCulture, out var annotated)
            ? annotated
            : deployment.Actual();
        return before == 0 ? 0 : (int)Math.Round((double)replicaSet.Replicas() * MaximumReplicas / before, MidpointRounding.AwayFromZero) - replicaSet.Replicas();
    }

    /// <summary>Writes a ReplicaSet's size, and the bounds that it was derived from.</summary>
    private bool Scale(StoredObject replicaSet, int replicas)
    {
        var before = replicaSet.Node.Replicas();
        var written = registry.Update(
            KnownTypes.ReplicaSets,
            replicaSet.Key.Namespace,
            replicaSet.Key.Name,
            node =>
            {
                node["spec"]!["replicas"] = replicas;
                var annotations = node["metadata"]!.AsObject().Ensure("annotations");
                annotations[ReplicaSetReading.DesiredAnnotation] = deployment.Replicas().ToString(CultureInfo.InvariantCulture);
                annotations[ReplicaSetReading.MaximumAnnotation] = MaximumReplicas.ToString(CultureInfo.InvariantCulture);
                return node;
            },
            WriteOptions.System);
        Replace(written);
        if (before == replicas)
        {
            return written.Revision != replicaSet.Revision;
        }

        var direction = replicas > before ? "up" : "down";
        events.Normal(
            deployment, "deployment-controller", "ScalingReplicaSet", $"Scaled {direction} replica set {replicaSet.Key.Name} from {before} to {replicas}");
        return true;
    }

    private void Replace(StoredObject written)
    {
        var index = owned.FindIndex(item => item.Key == written.Key);
        if (index < 0)
        {
            owned.Add(written);
        }
        else
        {
            owned[index] = written;
        }

        if (newest?.Key == written.Key)
        {
            newest = written;
        }
    }
}
