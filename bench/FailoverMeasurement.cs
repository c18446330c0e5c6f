using System.Diagnostics;
using Testing;

namespace Bench;

/// <summary>Failed requests on the VIP when one cluster is killed under load.</summary>
internal static class FailoverMeasurement
{
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(10);

    public static async Task RunAsync()
    {
        await using var lab = await LabProcess.StartReadyAsync();
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        var clock = Stopwatch.StartNew();
        var failures = new List<double>();
        var requests = 0;
        var killed = false;
        var killedAt = 0.0;

        async Task Load()
        {
            while (clock.Elapsed < Before + After)
            {
                var started = clock.Elapsed.TotalSeconds;
                Interlocked.Increment(ref requests);
                try
                {
                    using var answer = await client.GetAsync(lab.VipUrl);
                    if (!answer.IsSuccessStatusCode)
                    {
                        lock (failures)
                        {
                            failures.Add(started);
                        }
                    }
                }
                catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
                {
                    lock (failures)
                    {
                        failures.Add(started);
                    }
                }

                if (!killed && clock.Elapsed > Before && !Interlocked.Exchange(ref killed, true))
                {
                    killedAt = clock.Elapsed.TotalSeconds;
                    Kill(lab, "asia");
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Load()));
        var last = failures.Count == 0 ? 0 : failures.Max() - killedAt;
        Console.WriteLine($"{requests} requests, {failures.Count} failed, the last one sent {last:0.00} s after asia was killed");
    }

    private static void Kill(LabProcess lab, string cluster)
    {
        foreach (var id in lab.ProcessIds())
        {
            if (File.ReadAllText($"/proc/{id}/cmdline").Contains($"--name\0{cluster}\0"))
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
        }
    }
}
