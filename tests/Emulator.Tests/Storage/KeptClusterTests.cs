using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Testing;

namespace Emulator.Tests.Storage;

/// <summary>A cluster's process that ends without a word, with and without <c>--keep</c>.</summary>
public sealed class KeptClusterTests
{
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task Every_acknowledged_write_tokens_kubeconfigs_and_pods_outlive_a_kill_under_load()
    {
        using var folder = new TemporaryFolder();
        var state = folder.File("state");
        var acknowledged = new ConcurrentDictionary<string, (string Uid, string Revision)>();
        string token;
        string pod;
        int port;
        await using (var cluster = ClusterProcess.Start(state, "--keep", "--nodes", "1"))
        {
            await cluster.ReadyAsync();
            port = cluster.Url.Port;
            token = await CreateAccountAsync(cluster);
            await CreateDeploymentAsync(cluster);
            pod = await ReadyPodAsync(cluster, restarts: 0);
            var writers = Enumerable.Range(0, 8).Select(writer => WriteAsync(cluster, writer, acknowledged)).ToList();
            await Eventually.HoldsAsync(() => acknowledged.Count > 300, "300 writes are acknowledged");
            await cluster.KillAsync();
            await Task.WhenAll(writers);
        }

        File.Copy(Path.Combine(state, "kubeconfig"), folder.File("kubeconfig"));
        await using var again = ClusterProcess.Start(state, "--keep", "--nodes", "1", "--api-port", $"{port}");
        await again.ReadyAsync();

        var list = (await GetAsync(again, ConfigMaps))["items"]!.AsArray();
        var found = list.ToDictionary(
            item => item!["metadata"]!["name"]!.GetValue<string>(),
            item => (item!["metadata"]!["uid"]!.GetValue<string>(), item["metadata"]!["resourceVersion"]!.GetValue<string>()));
        foreach (var (name, written) in acknowledged)
        {
            Assert.True(found.TryGetValue(name, out var kept), $"{name} was acknowledged and is gone");
            Assert.Equal(written, kept);
        }

        using var account = again.Client(token);
        Assert.Equal(HttpStatusCode.OK, (await account.GetAsync("/apis/authentication.k8s.io/v1")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await account.GetAsync(ConfigMaps)).StatusCode);
        Assert.Equal(pod, await ReadyPodAsync(again, restarts: 1));
        await CheckExpiredWatchAsync(again, acknowledged.Values.First().Revision);
        if (Tool.Find("kubectl") is not null)
        {
            Assert.Contains("1/1", await new Kubectl(folder.File("kubeconfig")).RunAsync("get", "pods"));
        }
    }

    [Fact]
    public async Task Without_keep_nothing_is_written_and_a_restart_begins_empty()
    {
        using var folder = new TemporaryFolder();
        var state = folder.File("state");
        await using (var cluster = ClusterProcess.Start(state))
        {
            await cluster.ReadyAsync();
            await PostAsync(cluster, ConfigMaps, """{"metadata":{"name":"a"}}""");
            await cluster.KillAsync();
        }

        Assert.False(Directory.Exists(Path.Combine(state, "log")));
        await using var again = ClusterProcess.Start(state);
        await again.ReadyAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await again.Admin.GetAsync($"{ConfigMaps}/a")).StatusCode);
    }

    [Fact]
    public async Task A_damaged_log_ends_the_process_with_one_line_that_says_what_to_do()
    {
        using var folder = new TemporaryFolder();
        var log = Path.Combine(folder.File("state"), "log");
        Directory.CreateDirectory(log);
        await File.WriteAllBytesAsync(Path.Combine(log, "snapshot-0000000000000000005"), [1, 2, 3]);

        await using var cluster = ClusterProcess.Start(folder.File("state"), "--keep");
        await cluster.Process.WaitForExitAsync();

        Assert.Equal(1, cluster.Process.ExitCode);
        await Eventually.HoldsAsync(() => cluster.Output.Contains("is damaged"), "the fault is printed");
        Assert.Contains("remove that folder to start with an empty cluster", cluster.Output);
        Assert.DoesNotContain("   at ", cluster.Output);
    }

    private static async Task WriteAsync(ClusterProcess cluster, int writer, ConcurrentDictionary<string, (string Uid, string Revision)> acknowledged)
    {
        try
        {
            for (var count = 0; ; count++)
            {
                var metadata = (await PostAsync(cluster, ConfigMaps, $$$"""{"metadata":{"name":"w{{{writer}}}-{{{count}}}"}}"""))["metadata"]!;
                acknowledged[$"w{writer}-{count}"] = (metadata["uid"]!.GetValue<string>(), metadata["resourceVersion"]!.GetValue<string>());
            }
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            // The process is gone: what was not answered may or may not be there.
        }
    }

    private static async Task<string> CreateAccountAsync(ClusterProcess cluster)
    {
        await PostAsync(cluster, "/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"reader"}}""");
        var answer = await PostAsync(cluster, "/api/v1/namespaces/default/serviceaccounts/reader/token", """{"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1"}""");
        return answer["status"]!["token"]!.GetValue<string>();
    }

    private static Task CreateDeploymentAsync(ClusterProcess cluster) => PostAsync(cluster, "/apis/apps/v1/namespaces/default/deployments", """
        {"metadata":{"name":"whereami"},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"whereami"}},"template":{"metadata":{"labels":{"app":"whereami"}},
        "spec":{"containers":[{"name":"whereami","image":"us-docker.pkg.dev/google-samples/containers/gke/whereami:v1.2.22"}]}}}}
        """);

    /// <summary>The uid of the one pod, once its container runs as often as expected.</summary>
    private static async Task<string> ReadyPodAsync(ClusterProcess cluster, int restarts)
    {
        var uid = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                if ((await GetAsync(cluster, "/api/v1/namespaces/default/pods"))["items"] is not JsonArray { Count: 1 } pods)
                {
                    return false;
                }

                uid = pods[0]!["metadata"]!["uid"]!.GetValue<string>();
                var status = pods[0]!["status"]?["containerStatuses"]?[0];
                return status?["ready"]?.GetValue<bool>() == true && status["restartCount"]!.GetValue<int>() == restarts;
            },
            $"the pod is ready after {restarts} restart(s)");
        return uid;
    }

    private static async Task CheckExpiredWatchAsync(ClusterProcess cluster, string revision)
    {
        using var watch = await cluster.Admin.GetAsync($"{ConfigMaps}?watch=true&resourceVersion={revision}", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await watch.Content.ReadAsStreamAsync());
        var first = JsonNode.Parse((await lines.ReadLineAsync())!)!;
        Assert.Equal("ERROR", first["type"]!.GetValue<string>());
        Assert.Equal(410, first["object"]!["code"]!.GetValue<int>());
    }

    private static async Task<JsonNode> GetAsync(ClusterProcess cluster, string path) => JsonNode.Parse(await cluster.Admin.GetStringAsync(path))!;

    private static async Task<JsonNode> PostAsync(ClusterProcess cluster, string path, string body)
    {
        using var response = await cluster.Admin.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
