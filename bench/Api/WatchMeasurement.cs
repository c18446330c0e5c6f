using System.Diagnostics;
using System.Text.Json.Nodes;
using Testing;

namespace Bench;

/// <summary>From the POST of an object to its event in a watch; and a hundred watches of a thousand changes.</summary>
internal static class WatchMeasurement
{
    private const int Watches = 100;
    private const int Changes = 1_000;

    public static async Task RunAsync(ClusterProcess cluster)
    {
        const string collection = "/api/v1/namespaces/watches/configmaps";
        await cluster.Admin.PostAsync("/api/v1/namespaces", new StringContent("""{"metadata":{"name":"watches"}}""", null, "application/json"));
        using var connection = await ApiConnection.OpenAsync(cluster.Url);
        using (var watch = await OpenAsync(cluster, collection))
        {
            var times = new List<double>();
            for (var at = 0; at < 1_500; at++)
            {
                var sent = Stopwatch.GetTimestamp();
                var arrived = watch.ReadLineAsync();
                var post = connection.SendAsync("POST", collection, ApiLoad.ConfigMap($"w-{at}"));
                await arrived;
                times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                await post;
            }

            var measured = times.Skip(500).Order().ToList();
            Console.WriteLine($"POST to watch event p50 {measured[500]:0.00} ms   p99 {measured[990]:0.00} ms   real: 1.3 and 3.3 ms");
        }

        var watches = await Task.WhenAll(Enumerable.Range(0, Watches).Select(_ => OpenAsync(cluster, collection)));
        var clock = Stopwatch.StartNew();
        var reading = watches.Select(watch => Task.Run(() => CountAsync(watch))).ToList();
        for (var at = 0; at < Changes; at++)
        {
            await connection.SendAsync("POST", collection, ApiLoad.ConfigMap($"f-{at}"));
        }

        var seen = await Task.WhenAll(reading);
        Console.WriteLine(
            $"{Watches} watches of {Changes} changes: {seen.Sum()} of {Watches * Changes} events, all in order, in {clock.Elapsed.TotalSeconds:0.00} s "
            + $"({seen.Sum() / clock.Elapsed.TotalSeconds:0} events/s)");
        foreach (var watch in watches)
        {
            watch.Dispose();
        }
    }

    private static async Task<StreamReader> OpenAsync(ClusterProcess cluster, string collection)
    {
        var list = JsonNode.Parse(await cluster.Admin.GetStringAsync($"{collection}?limit=1"))!;
        var response = await cluster.Admin.GetAsync(
            $"{collection}?watch=true&resourceVersion={list["metadata"]!["resourceVersion"]}", HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new StreamReader(await response.Content.ReadAsStreamAsync());
    }

    private static async Task<int> CountAsync(StreamReader watch)
    {
        var last = 0L;
        for (var count = 0; count < Changes; count++)
        {
            var line = await watch.ReadLineAsync() ?? throw new EndOfStreamException($"the watch ended after {count} events");
            var at = line.IndexOf("\"resourceVersion\":\"", StringComparison.Ordinal) + "\"resourceVersion\":\"".Length;
            var revision = long.Parse(line.AsSpan(at, line.IndexOf('"', at) - at));
            if (revision <= last)
            {
                throw new InvalidDataException($"revision {revision} after {last}");
            }

            last = revision;
        }

        return Changes;
    }
}
