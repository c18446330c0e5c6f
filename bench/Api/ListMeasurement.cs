using System.Diagnostics;
using Testing;

namespace Bench;

/// <summary>Lists of 1,000 objects, and the deletion of 1,200 in one request.</summary>
internal static class ListMeasurement
{
    public static async Task RunAsync(ClusterProcess cluster)
    {
        const string collection = "/api/v1/namespaces/lists/configmaps";
        await cluster.Admin.PostAsync("/api/v1/namespaces", new StringContent("""{"metadata":{"name":"lists"}}""", null, "application/json"));
        var load = new ApiLoad(cluster.Url, collection);
        await load.CreateAsync(8, 1_000);
        await load.RepeatAsync(collection, 50);
        Console.WriteLine($"list of 1000        {await load.RepeatAsync(collection, 100)}   real: 10 ms");
        Console.WriteLine($"list, limit=100     {await load.RepeatAsync($"{collection}?limit=100", 300)}   real: 1.3 to 2.1 ms");

        await load.CreateAsync(8, 200);
        var clock = Stopwatch.StartNew();
        using var deleted = await cluster.Admin.DeleteAsync(collection);
        deleted.EnsureSuccessStatusCode();
        Console.WriteLine($"deletecollection of 1200 {clock.Elapsed.TotalMilliseconds,6:0} ms   real: 1100 ms");
    }
}
