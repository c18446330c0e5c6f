using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Testing;

namespace Bench;

/// <summary>The seed's Deployment with 500 replicas in one cluster: from <c>apply</c> to all Ready, and what they take.</summary>
internal static class PodsMeasurement
{
    private const int Replicas = 500;

    public static async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = ClusterProcess.Start(folder.File("state"));
        await cluster.ReadyAsync();
        await cluster.Admin.PostAsync("/api/v1/namespaces", new StringContent("""{"metadata":{"name":"whereami"}}""", null, "application/json"));
        var manifest = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "kube", "whereami.yaml"));
        var deployment = manifest.Split("\n---\n").Single(part => part.Contains("kind: Deployment", StringComparison.Ordinal))
            .Replace("replicas: 3", $"replicas: {Replicas}", StringComparison.Ordinal);

        var clock = Stopwatch.StartNew();
        using var applied = await cluster.Admin.PatchAsync(
            "/apis/apps/v1/namespaces/whereami/deployments/whereami-deployment?fieldManager=bench", new StringContent(deployment, new MediaTypeHeaderValue("application/apply-patch+yaml")));
        applied.EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(async () => await ReadyAsync(cluster) == Replicas, $"{Replicas} pods are ready");
        cluster.Process.Refresh();
        Console.WriteLine(
            $"{Replicas} pods ready after {clock.Elapsed.TotalSeconds:0.00} s ({Replicas / clock.Elapsed.TotalSeconds:0} a second), "
            + $"{cluster.Process.TotalProcessorTime.TotalSeconds:0.0} s of the server's CPU since its start, {cluster.Process.WorkingSet64 / 1e6:0} MB resident");
    }

    private static async Task<int> ReadyAsync(ClusterProcess cluster)
    {
        var answer = await cluster.Admin.GetStringAsync("/apis/apps/v1/namespaces/whereami/deployments/whereami-deployment");
        return JsonNode.Parse(answer)?["status"]?["readyReplicas"]?.GetValue<int>() ?? 0;
    }
}
