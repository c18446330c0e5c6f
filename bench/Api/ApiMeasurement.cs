using System.Diagnostics;
using Testing;

namespace Bench;

/// <summary>One embedded cluster's API: requests a second against a real server's figures, lists, watches, deletion, start and memory.</summary>
internal static class ApiMeasurement
{
    private const int Requests = 6_000;

    // A real kube-apiserver 1.32 with etcd on two cores: objects of 0.8 KB, HTTP/1.1, RBAC on.
    private static readonly Dictionary<string, (double One, double Eight, double ThirtyTwo)> Real = new()
    {
        ["create"] = (758, 1608, 2475),
        ["get"] = (1487, 3363, 4298),
        ["put"] = (597, 1517, 1886),
        ["merge patch"] = (597, 1263, 1731),
        ["apply"] = (575, 1309, 1726),
    };

    public static Task RunAsync() => RunAsync([]);

    /// <summary>The same with every write on disk before it is answered.</summary>
    public static Task RunKeptAsync() => RunAsync(["--keep"]);

    private static async Task RunAsync(string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var clock = Stopwatch.StartNew();
        await using var cluster = ClusterProcess.Start(folder.File("state"), arguments);
        await cluster.ReadyAsync();
        Console.WriteLine($"start to ready      {clock.Elapsed.TotalMilliseconds,8:0} ms");
        Console.WriteLine($"resident when idle  {Resident(cluster),8:0} MB");

        await cluster.Admin.PostAsync("/api/v1/namespaces", new StringContent("""{"metadata":{"name":"bench"}}""", null, "application/json"));
        var load = new ApiLoad(cluster.Url, "/api/v1/namespaces/bench/configmaps");
        foreach (var connections in (int[])[8, 1, 32])
        {
            await ReportAsync(cluster, "create", connections, load.CreateAsync);
            await ReportAsync(cluster, "get", connections, load.GetAsync);
            await ReportAsync(cluster, "put", connections, load.PutAsync);
            await ReportAsync(cluster, "merge patch", connections, load.MergePatchAsync);
            await ReportAsync(cluster, "apply", connections, load.ApplyAsync);
        }

        Console.WriteLine($"resident after      {Resident(cluster),8:0} MB");
        await WatchMeasurement.RunAsync(cluster);
        await ListMeasurement.RunAsync(cluster);
    }

    private static async Task ReportAsync(ClusterProcess cluster, string what, int connections, Func<int, int, Task<LoadResult>> run)
    {
        if (connections == 8)
        {
            await run(connections, Requests / 3);
        }

        // On a busy machine the rate says little; what one request costs the server stays.
        var count = connections == 1 ? Requests / 3 : Requests;
        var before = Cpu(cluster);
        var result = await run(connections, count);
        var cost = (Cpu(cluster) - before).TotalMicroseconds / count;
        var real = connections switch { 1 => Real[what].One, 8 => Real[what].Eight, _ => Real[what].ThirtyTwo };
        Console.WriteLine($"{what,-12} {connections,2} connections {result}   {result.PerSecond / real,4:0.0} x real   {cost,4:0} µs of the server's CPU");
    }

    private static TimeSpan Cpu(ClusterProcess cluster)
    {
        cluster.Process.Refresh();
        return cluster.Process.TotalProcessorTime;
    }

    private static double Resident(ClusterProcess cluster)
    {
        cluster.Process.Refresh();
        return cluster.Process.WorkingSet64 / 1e6;
    }
}
