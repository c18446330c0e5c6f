using System.Diagnostics;
using CliWrap;
using Testing;

namespace Bench;

/// <summary>From the command <c>join</c> to the first answer of the other cluster through gateway us.</summary>
internal static class JoinMeasurement
{
    public static async Task RunAsync()
    {
        await using var lab = await LabProcess.StartReadyAsync("--until", "5");
        var gateway = lab.State!["clusters"]![0]!["gatewayUrl"]!.GetValue<string>();
        using var client = new HttpClient();
        var clock = Stopwatch.StartNew();
        var join = Cli.Wrap(LabProcess.Program("Provisioner")).WithArguments(["--lab", lab.Directory, "join"]).ExecuteAsync().Task;
        await Eventually.HoldsAsync(
            async () => (await client.GetStringAsync(gateway)).Contains("multi-cluster-demo-asia"), "gateway us answers from asia", TimeSpan.FromSeconds(60));
        Console.WriteLine($"join to the first answer from asia: {clock.Elapsed.TotalSeconds:0.00} s (start of the command line included)");
        await join;
    }
}
