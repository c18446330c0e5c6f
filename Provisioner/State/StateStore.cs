using System.Runtime.CompilerServices;

namespace Provisioner.State;

/// <summary>The one current <see cref="LabState"/>; whoever follows it sees the newest, never a backlog.</summary>
internal sealed class StateStore(LabState initial)
{
    private readonly Lock gate = new();
    private LabState current = initial;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LabState Current => Volatile.Read(ref current);

    public void Update(Func<LabState, LabState> change)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            var next = change(current);
            if (ReferenceEquals(next, current))
            {
                return;
            }

            current = next;
            signal = changed;
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        signal.SetResult();
    }

    /// <summary>The state now, and then each newer one.</summary>
    public async IAsyncEnumerable<LabState> FollowAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        LabState? seen = null;
        while (true)
        {
            LabState state;
            Task next;
            lock (gate)
            {
                (state, next) = (current, changed.Task);
            }

            if (!ReferenceEquals(state, seen))
            {
                seen = state;
                yield return state;
            }

            await next.WaitAsync(cancellation);
        }
    }
}
