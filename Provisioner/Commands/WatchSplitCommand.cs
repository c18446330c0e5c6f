using Provisioner.Checks;
using Provisioner.Clusters;
using Provisioner.Plan;
using Spectre.Console;

namespace Provisioner.Commands;

/// <summary>Asks an address again and again and shows how its answers spread over the clusters.</summary>
internal static class WatchSplitCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync(string labDirectory, string? url, int rounds, CancellationToken cancellation)
    {
        using var client = LabFolder.Open(labDirectory);
        var state = await client.StateAsync(cancellation);
        var address = url ?? state.VipUrl ?? state.Clusters.Select(cluster => cluster.GatewayUrl).FirstOrDefault(gateway => gateway is not null)
            ?? throw new LabException("nothing answers from outside yet", "Reach stage 5 first: dotnet run --project Provisioner -- stage 5");
        using var lab = new Lab(LabPlanFile.Read(labDirectory));
        using var traffic = new Traffic(lab);
        var total = lab.Clusters.ToDictionary(cluster => cluster.Name, _ => 0);
        var failed = 0;
        Console.WriteLine($"{address}, {Traffic.Round} requests a round");
        try
        {
            for (var round = 1; rounds == 0 || round <= rounds; round++)
            {
                var sample = await traffic.OutsideAsync(address, cancellation);
                foreach (var (cluster, count) in sample.Split)
                {
                    total[cluster] = total.GetValueOrDefault(cluster) + count;
                }

                failed += sample.Requests - sample.Answered;
                if (Console.IsOutputRedirected)
                {
                    Console.WriteLine($"{DateTime.Now:T} {sample.Summary}");
                }
                else
                {
                    Draw(sample, total, failed);
                }

                if (round != rounds)
                {
                    await Task.Delay(Interval, cancellation);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C ends it, and the sum is the answer.
        }

        Console.WriteLine($"in all: {string.Join(", ", total.Select(entry => $"{entry.Key} {entry.Value}"))}, failed {failed}");
        return ExitCodes.Ok;
    }

    private static void Draw(TrafficSample sample, IReadOnlyDictionary<string, int> total, int failed)
    {
        var chart = new BarChart { Width = 60 };
        var colors = new[] { Color.Blue, Color.Orange1, Color.Green, Color.Purple };
        foreach (var (entry, index) in total.Select((entry, index) => (entry, index)))
        {
            chart.AddItem($"{entry.Key} (now {sample.Split.GetValueOrDefault(entry.Key)})", entry.Value, colors[index % colors.Length]);
        }

        AnsiConsole.Clear();
        AnsiConsole.Write(chart);
        AnsiConsole.WriteLine(failed == 0 ? "no request failed" : $"{failed} requests failed; the last round: {sample.Summary}");
    }
}
