using System.Collections.Immutable;
using Emulator.Storage;

namespace Emulator.Api.Server;

/// <summary>Leaves the requests of another cluster's control plane unanswered while a NetworkFault cuts it off.</summary>
internal sealed class ApiFaults(ObjectStore store)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private object? seen;
    private ImmutableArray<string> agents = [];

    public bool Holds(HttpContext context)
    {
        var list = store.List(KnownTypes.NetworkFaults);
        if (!ReferenceEquals(list.Rows, seen))
        {
            agents =
            [
                .. list.Items.Where(fault => fault.Node["spec"]?["api"]?.GetValue<bool>() == true)
                    .Select(fault => $"istiod-{fault.Node["spec"]!["peer"]?.GetValue<string>()}"),
            ];
            seen = list.Rows;
        }

        if (agents.IsEmpty)
        {
            return false;
        }

        var agent = context.Request.Headers.UserAgent.ToString();
        return agents.Any(cut => agent.StartsWith(cut, StringComparison.Ordinal));
    }

    public async Task HoldAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Patience, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
        }

        context.Abort();
    }
}
