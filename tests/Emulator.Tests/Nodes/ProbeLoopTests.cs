using System.Diagnostics;
using System.Text.Json.Nodes;
using Emulator.Nodes;

namespace Emulator.Tests.Nodes;

public sealed class ProbeLoopTests
{
    [Fact]
    public async Task A_probe_is_made_once_in_a_period()
    {
        var made = new List<long>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var loop = new ProbeLoop((JsonObject)JsonNode.Parse("""{"periodSeconds": 1}""")!, Ask, TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop.RunAsync(_ => { }, _ => { }, eager: true, once: false, enough.Token));

        // The first comes at once, the second a period after the start.
        Assert.All(made.Skip(2).Zip(made.Skip(1)), pair => Assert.True(Stopwatch.GetElapsedTime(pair.Second, pair.First) >= TimeSpan.FromSeconds(0.99)));

        async Task<string?> Ask(CancellationToken cancellation)
        {
            made.Add(Stopwatch.GetTimestamp());
            if (made.Count == 5)
            {
                await enough.CancelAsync();
            }

            return null;
        }
    }
}
