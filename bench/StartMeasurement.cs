using System.Diagnostics;
using System.Text.RegularExpressions;
using Testing;

namespace Bench;

/// <summary>Process start to <c>lab ready</c>, and Ctrl-C to nothing left, five times.</summary>
internal static partial class StartMeasurement
{
    private const int Runs = 5;

    public static async Task RunAsync()
    {
        var ready = new List<double>();
        var ended = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            await using var lab = await LabProcess.StartReadyAsync();
            await Eventually.HoldsAsync(() => ReadyLine().IsMatch(lab.Output), "lab ready is printed");
            ready.Add(double.Parse(ReadyLine().Match(lab.Output).Groups[1].Value));
            var clock = Stopwatch.StartNew();
            lab.Signal("INT");
            await Eventually.HoldsAsync(() => lab.ProcessIds().Count == 0 && lab.Process.HasExited, "every process has ended");
            ended.Add(clock.Elapsed.TotalSeconds);
        }

        Console.WriteLine($"ready after (s): {Describe(ready)}");
        Console.WriteLine($"Ctrl-C to nothing left (s): {Describe(ended)}");
    }

    private static string Describe(List<double> seconds) =>
        $"median {seconds.Order().ElementAt(seconds.Count / 2):0.00} of {string.Join(' ', seconds.Select(value => value.ToString("0.00")))}";

    [GeneratedRegex(@"lab ready in ([0-9.]+) s")]
    private static partial Regex ReadyLine();
}
