using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Makes Deployments into ReplicaSets, one per pod template, and moves the replicas from the old to the new one.</summary>
internal sealed class DeploymentController(Registry registry, EventRecorder events, TimeProvider time) : IController
{
    private WorkQueue? queue;

    public string Name => "deployment-controller";

    public void Watch(Informers informers, WorkQueue queue)
    {
        this.queue = queue;
        informers.On(KnownTypes.Deployments, change => queue.Add(change.Object.Key));
        informers.On(KnownTypes.ReplicaSets, change =>
        {
            Enqueue(change.Object);

            // Released or orphaned: the former owner must see that it is gone.
            if (change.Previous is { } previous && previous.Node.ControllerUid() != change.Object.Node.ControllerUid())
            {
                Enqueue(previous);
            }
        });
        informers.On(KnownTypes.Pods, change =>
        {
            // Recreate waits until the last old pod is gone.
            if (change.Type is StoreEventType.Deleted && change.Object.Node.Controller() is { } owner
                && registry.Find(KnownTypes.ReplicaSets, change.Object.Key.Namespace, owner["name"].Text() ?? "") is { } replicaSet)
            {
                Enqueue(replicaSet);
            }
        });
    }

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Find(key.Type, key.Namespace, key.Name) is { } found)
        {
            Reconcile(found);
        }

        return ValueTask.CompletedTask;
    }

    private void Enqueue(StoredObject replicaSet)
    {
        if (replicaSet.Node.Controller() is { } owner)
        {
            if (owner["kind"].Text() == "Deployment")
            {
                queue?.Add(new ResourceKey(KnownTypes.Deployments, replicaSet.Key.Namespace, owner["name"].Text() ?? ""));
            }

            return;
        }

        foreach (var deployment in registry.Store.List(KnownTypes.Deployments, replicaSet.Key.Namespace).Items)
        {
            if (LabelSelector.Matches(deployment.Node["spec"]?["selector"], replicaSet.Node))
            {
                queue?.Add(deployment.Key);
            }
        }
    }

    private void Reconcile(StoredObject stored)
    {
        var rollout = new DeploymentRollout(registry, events, time, stored, Ownership.Claim(registry, stored));
        if (!stored.Node.IsDeleting())
        {
            rollout.NotePause();
            if (rollout.IsPaused || rollout.IsScaling)
            {
                rollout.FindNew(create: false);
                rollout.ScaleProportionally();
                if (rollout.IsPaused)
                {
                    rollout.CleanUp();
                }
            }
            else if (rollout.IsRecreate)
            {
                Recreate(rollout);
            }
            else
            {
                Roll(rollout);
            }
        }

        if (rollout.WriteStatus() is { } again)
        {
            queue?.AddAfter(stored.Key, again);
        }
    }

    private static void Roll(DeploymentRollout rollout)
    {
        rollout.FindNew(create: true);
        if (!rollout.ScaleUpNew() && !rollout.ScaleDownOld() && rollout.IsComplete)
        {
            rollout.CleanUp();
        }
    }

    private static void Recreate(DeploymentRollout rollout)
    {
        rollout.FindNew(create: false);
        if (rollout.StopOld() || rollout.OldPodsRun)
        {
            return;
        }

        rollout.FindNew(create: true);
        rollout.ScaleUpNew();
        if (rollout.IsComplete)
        {
            rollout.CleanUp();
        }
    }
}
