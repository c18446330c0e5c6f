using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Bench;

/// <summary>Requests to one collection from a number of connections at once, each sending its next when the last is answered.</summary>
internal sealed class ApiLoad(Uri url, string collection)
{
    private const int Objects = 1_000;

    private int created;

    /// <summary>An object of 0.8 KB, as the real server stores it.</summary>
    public static byte[] ConfigMap(string name, string value = "v") => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app"] = "bench" } },
        ["data"] = new JsonObject { ["k"] = value, ["text"] = new string('x', 350) },
    }.ToJsonString());

    public Task<LoadResult> CreateAsync(int connections, int count) => RunAsync(connections, count, (connection, _) =>
    {
        var name = $"c-{Interlocked.Increment(ref created)}";
        return connection.SendAsync("POST", collection, ConfigMap(name));
    });

    public Task<LoadResult> GetAsync(int connections, int count) => RunAsync(connections, count, (connection, at) => connection.SendAsync("GET", Item(at)));

    public Task<LoadResult> PutAsync(int connections, int count) =>
        RunAsync(connections, count, (connection, at) => connection.SendAsync("PUT", Item(at), ConfigMap(Name(at), $"{Stopwatch.GetTimestamp()}")));

    public Task<LoadResult> MergePatchAsync(int connections, int count) => RunAsync(connections, count, (connection, at) => connection.SendAsync(
        "PATCH", Item(at), Encoding.UTF8.GetBytes($$$"""{"data":{"k":"{{{Stopwatch.GetTimestamp()}}}"}}"""), "application/merge-patch+json"));

    public Task<LoadResult> ApplyAsync(int connections, int count) => RunAsync(connections, count, (connection, at) => connection.SendAsync(
        "PATCH", $"{Item(at)}?fieldManager=bench&force=true", ConfigMap(Name(at), $"{Stopwatch.GetTimestamp()}"), "application/apply-patch+yaml"));

    /// <summary>One connection, one kind of request.</summary>
    public Task<LoadResult> RepeatAsync(string path, int count) => RunAsync(1, count, (connection, _) => connection.SendAsync("GET", path));

    private static string Name(int at) => $"c-{at % Objects + 1}";

    private string Item(int at) => $"{collection}/{Name(at)}";

    private async Task<LoadResult> RunAsync(int connections, int count, Func<ApiConnection, int, Task> send)
    {
        var times = new double[count];
        var next = -1;
        var open = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => ApiConnection.OpenAsync(url)));
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(open.Select(connection => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var at && at < count)
            {
                var sent = Stopwatch.GetTimestamp();
                await send(connection, at);
                times[at] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
            }
        })));
        var seconds = clock.Elapsed.TotalSeconds;
        foreach (var connection in open)
        {
            connection.Dispose();
        }

        Array.Sort(times);
        return new LoadResult(count / seconds, times[count / 2], times[(int)(count * 0.99)]);
    }
}

/// <summary>Requests a second, and their times in milliseconds.</summary>
internal sealed record LoadResult(double PerSecond, double P50, double P99)
{
    public override string ToString() => $"{PerSecond,8:0}/s   p50 {P50,6:0.00} ms   p99 {P99,6:0.00} ms";
}
