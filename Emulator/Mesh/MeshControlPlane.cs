using System.Collections.Immutable;
using Emulator.Mesh.Certificates;

namespace Emulator.Mesh;

/// <summary>What the istiod pods of this cluster last said. It outlives them: proxies keep the last snapshot.</summary>
internal sealed class MeshControlPlane(TimeProvider time) : IMeshControlPlane
{
    private readonly Lock gate = new();
    private ImmutableArray<RunningPilot> running = [];
    private TaskCompletionSource<MeshSnapshot> next = NewSource();
    private volatile MeshSnapshot? current;
    private long version;

    /// <summary>Told when an istiod has gone, so that the next one speaks up.</summary>
    public event Action? Left;

    public MeshSnapshot? Current => current;

    public Task<MeshSnapshot> NewerThanAsync(long version, CancellationToken cancellation)
    {
        lock (gate)
        {
            return current is { } now && now.Version > version ? Task.FromResult(now) : next.Task.WaitAsync(cancellation);
        }
    }

    public MeshIdentity Issue(string ns, string serviceAccount)
    {
        var pilots = running;
        return pilots.IsEmpty
            ? throw new InvalidOperationException("istiod is not running: no workload certificate can be issued (kubectl get deployment istiod -n istio-system)")
            : pilots[0].Authority.Issue(pilots[0].TrustDomain, ns, serviceAccount, time);
    }

    /// <summary>The oldest living istiod of a revision, or of any revision; null when there is none.</summary>
    public RunningPilot? Find(string? revision) => running.FirstOrDefault(pilot => revision is null || pilot.Revision == revision);

    /// <summary>The pilot that speaks for the cluster: the oldest one alive.</summary>
    public RunningPilot? Leader => running.FirstOrDefault();

    /// <summary>An istiod is up; disposing says that it is gone.</summary>
    public IDisposable Join(RunningPilot pilot)
    {
        ImmutableInterlocked.Update(ref running, (all, added) => all.Add(added), pilot);
        return new Membership(this, pilot);
    }

    /// <summary>Makes a snapshot the current one, with the next version.</summary>
    public MeshSnapshot Publish(MeshSnapshot snapshot)
    {
        TaskCompletionSource<MeshSnapshot> waiting;
        lock (gate)
        {
            snapshot = snapshot with { Version = ++version };
            current = snapshot;
            waiting = next;
            next = NewSource();
        }

        waiting.SetResult(snapshot);
        return snapshot;
    }

    private static TaskCompletionSource<MeshSnapshot> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Membership(MeshControlPlane owner, RunningPilot pilot) : IDisposable
    {
        public void Dispose()
        {
            ImmutableInterlocked.Update(ref owner.running, (all, gone) => all.Remove(gone), pilot);
            owner.Left?.Invoke();
        }
    }
}

/// <summary>What the rest of the cluster needs to know of one living istiod.</summary>
internal sealed record RunningPilot(string Pod, string Revision, string Cluster, string TrustDomain, string ProxyImage, MeshAuthority Authority);
