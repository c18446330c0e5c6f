using System.Collections.Concurrent;
using System.Collections.Immutable;
using Emulator.Storage;

namespace Emulator.Api.Server;

/// <summary>Cuts another cluster's control plane off while a NetworkFault says so: its requests stay unanswered, its watches break.</summary>
internal sealed class ApiFaults(ObjectStore store) : BackgroundService
{
    private const string ControlPlane = "istiod-";

    private readonly ConcurrentDictionary<HttpContext, string> open = new();
    private ImmutableArray<string> cut = [];
    private TaskCompletionSource changed = NewSignal();

    /// <summary>Remembers a control plane's request, so that a cut that comes while it is open breaks it; null for anybody else.</summary>
    public IDisposable? Track(HttpContext context)
    {
        var agent = context.Request.Headers.UserAgent.ToString();
        if (!agent.StartsWith(ControlPlane, StringComparison.Ordinal))
        {
            return null;
        }

        open[context] = agent;
        return new Tracked(this, context);
    }

    public bool Holds(HttpContext context) => !cut.IsEmpty && open.TryGetValue(context, out var agent) && IsCut(agent);

    /// <summary>Leaves the request without an answer until the fault is gone, and breaks it then: the client tries again.</summary>
    public async Task HoldAsync(HttpContext context)
    {
        try
        {
            while (Holds(context))
            {
                var next = Volatile.Read(ref changed).Task;
                if (Holds(context))
                {
                    await next.WaitAsync(context.RequestAborted);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The client gave up before the fault was gone.
        }

        context.Abort();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var (_, watch) = store.ListAndWatch(KnownTypes.NetworkFaults);
            using (watch)
            {
                Apply();
                await foreach (var _ in watch.Reader.ReadAllAsync(stoppingToken))
                {
                    Apply();
                }
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool IsCut(string agent) => cut.Any(prefix => agent.StartsWith(prefix, StringComparison.Ordinal));

    private void Apply()
    {
        cut =
        [
            .. store.List(KnownTypes.NetworkFaults).Items.Where(fault => fault.Node["spec"]?["api"]?.GetValue<bool>() == true)
                .Select(fault => $"{ControlPlane}{fault.Node["spec"]!["peer"]?.GetValue<string>()}"),
        ];
        Interlocked.Exchange(ref changed, NewSignal()).TrySetResult();
        foreach (var (context, agent) in open)
        {
            // What has begun to answer is broken off; what has not is held.
            if (IsCut(agent) && context.Response.HasStarted)
            {
                context.Abort();
            }
        }
    }

    private sealed class Tracked(ApiFaults faults, HttpContext context) : IDisposable
    {
        public void Dispose() => faults.open.TryRemove(context, out _);
    }
}
