using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.LeaderElection;
using k8s.LeaderElection.ResourceLock;
using k8s.Models;
using Testing;

namespace Emulator.Tests.Api;

/// <summary>What client libraries do: the C# client itself, and the requests of client-go's informers.</summary>
public sealed class ClientLibraryTests(ApiCluster cluster) : IClassFixture<ApiCluster>
{
    [Fact]
    public async Task A_watch_that_reconnects_from_its_last_revision_sees_every_change_once()
    {
        var ns = await cluster.NamespaceAsync();
        using var client = Client();
        var start = (await client.CoreV1.ListNamespacedConfigMapAsync(ns)).ResourceVersion();
        var seen = new ConcurrentQueue<string>();
        using var ending = new CancellationTokenSource();
        var watching = WatchAsync(client, ns, start, seen, ending.Token);

        for (var count = 0; count < 60; count++)
        {
            await client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap($"n{count}"), ns);
        }

        await client.CoreV1.DeleteNamespacedConfigMapAsync("n0", ns);
        await Eventually.HoldsAsync(() => seen.Count >= 61, "all changes are seen");
        await ending.CancelAsync();
        await watching;

        Assert.Equal([.. Enumerable.Range(0, 60).Select(count => $"Added n{count}"), "Deleted n0"], seen);
    }

    [Fact]
    public async Task Of_two_electors_one_leads_and_the_other_takes_over_when_it_goes()
    {
        var ns = await cluster.NamespaceAsync();
        using var client = Client();
        var leaders = new ConcurrentQueue<string>();
        using var firstEnding = new CancellationTokenSource();
        using var secondEnding = new CancellationTokenSource();

        var first = LeadAsync(client, ns, "first", leaders, firstEnding.Token);
        await Eventually.HoldsAsync(() => leaders.Contains("first"), "the first leads");
        var second = LeadAsync(client, ns, "second", leaders, secondEnding.Token);
        await Eventually.HoldsAsync(
            async () => (await client.CoordinationV1.ReadNamespacedLeaseAsync("elected", ns)).Spec.HolderIdentity == "first", "the first holds the Lease");
        Assert.DoesNotContain("second", leaders);
        await firstEnding.CancelAsync();

        await Eventually.HoldsAsync(() => leaders.Contains("second"), "the second takes over");
        var lease = await client.CoordinationV1.ReadNamespacedLeaseAsync("elected", ns);
        Assert.Equal("second", lease.Spec.HolderIdentity);
        Assert.Equal(1, lease.Spec.LeaseTransitions);
        await secondEnding.CancelAsync();
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task Pages_show_one_moment_however_much_is_written_between_them()
    {
        var ns = await cluster.NamespaceAsync();
        using var client = Client();
        var expected = Enumerable.Range(0, 25).Select(count => $"n{count:00}").ToList();
        foreach (var name in expected)
        {
            await client.CoreV1.CreateNamespacedSecretAsync(Secret(name), ns);
        }

        var found = new List<string>();
        var revisions = new HashSet<string>();
        string? next = null;
        do
        {
            var page = await client.CoreV1.ListNamespacedSecretAsync(ns, limit: 10, continueParameter: next);
            found.AddRange(page.Items.Select(item => item.Name()));
            revisions.Add(page.ResourceVersion());
            Assert.Equal(page.Continue() is { Length: > 0 } ? 25 - found.Count : null, page.Metadata.RemainingItemCount);
            next = page.Continue();
            await client.CoreV1.CreateNamespacedSecretAsync(Secret($"n05-{found.Count}"), ns);
            await client.CoreV1.DeleteNamespacedSecretAsync(expected[^1], ns, new V1DeleteOptions { PropagationPolicy = "Background" });
            expected.RemoveAt(expected.Count - 1);
        }
        while (!string.IsNullOrEmpty(next));

        Assert.Equal(Enumerable.Range(0, 25).Select(count => $"n{count:00}"), found);
        Assert.Single(revisions);
    }

    [Fact]
    public async Task Revisions_and_their_match_mean_what_they_mean_on_a_real_server()
    {
        var path = $"/api/v1/namespaces/{await cluster.NamespaceAsync()}/configmaps";
        var first = (await cluster.PostAsync(path, ApiCluster.ConfigMap("a"))).Revision;
        var second = (await cluster.PostAsync(path, ApiCluster.ConfigMap("b"))).Revision;

        Assert.Equal(["a"], await NamesAsync($"{path}?resourceVersion={first}&resourceVersionMatch=Exact"));
        Assert.Equal(["a", "b"], await NamesAsync($"{path}?resourceVersion={first}&resourceVersionMatch=NotOlderThan"));
        Assert.Equal(["a", "b"], await NamesAsync($"{path}?resourceVersion=0"));
        var future = await cluster.GetAsync($"{path}?resourceVersion={long.Parse(second) + 1_000_000}&resourceVersionMatch=NotOlderThan");
        Assert.Equal((504, "Timeout"), (future.Status, future.Json["reason"]!.GetValue<string>()));
        Assert.Equal(422, (await cluster.GetAsync($"{path}?resourceVersionMatch=Exact")).Status);
    }

    [Fact]
    public async Task A_reflector_gets_its_list_as_a_stream_and_its_bookmark_goes_on_from_there()
    {
        var path = $"/apis/coordination.k8s.io/v1/namespaces/{await cluster.NamespaceAsync()}/leases";
        await cluster.PostAsync(path, Lease("a"));

        // As client-go's reflector asks with WatchList, protobuf preferred.
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"{path}?allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&sendInitialEvents=true&timeout=6m3s&timeoutSeconds=363&watch=true");
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.kubernetes.protobuf,application/json");
        using var response = await cluster.Admin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());

        List<JsonNode> events = [];
        while (events is [] || events[^1]["type"]!.GetValue<string>() != "BOOKMARK")
        {
            events.Add(JsonNode.Parse((await lines.ReadLineAsync())!)!);
        }

        var bookmark = events[^1]["object"]!;
        Assert.Equal("true", bookmark["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!.GetValue<string>());
        Assert.Equal("Lease", bookmark["kind"]!.GetValue<string>());
        await cluster.PostAsync(path, Lease("b"));

        // The connection broke: it goes on from the bookmark, and sees what came since.
        using var again = await cluster.Admin.GetAsync(
            $"{path}?allowWatchBookmarks=true&resourceVersion={bookmark["metadata"]!["resourceVersion"]}&timeoutSeconds=1&watch=true", HttpCompletionOption.ResponseHeadersRead);
        var rest = (await again.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["ADDED", "BOOKMARK"], rest.Select(change => change["type"]!.GetValue<string>()));
        Assert.Equal("b", rest[0]["object"]!["metadata"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_forgotten_revision_throws_what_informers_wait_for()
    {
        using var client = Client();

        // The type is younger than the revision: nobody knows what there was of it then.
        var gone = await Assert.ThrowsAsync<HttpOperationException>(() => client.CustomObjects.ListClusterCustomObjectAsync(
            "lab.dev", "v1", "podroutes", resourceVersion: "1", resourceVersionMatch: "Exact"));

        Assert.Equal(410, (int)gone.Response.StatusCode);
        Assert.Equal("Expired", JsonNode.Parse(gone.Response.Content)!["reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_dry_run_answers_as_the_write_would_and_writes_nothing()
    {
        var ns = await cluster.NamespaceAsync();
        using var client = Client();
        var created = await client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("dry"), ns, dryRun: "All", fieldManager: "tests");
        Assert.NotNull(created.Uid());
        Assert.Equal("tests", Assert.Single(created.Metadata.ManagedFields).Manager);
        Assert.Equal(404, (await cluster.GetAsync($"/api/v1/namespaces/{ns}/configmaps/dry")).Status);

        await client.CoreV1.CreateNamespacedConfigMapAsync(ConfigMap("real"), ns, fieldManager: "tests");
        await client.CoreV1.PatchNamespacedConfigMapAsync(new V1Patch("""{"data":{"k":"2"}}""", V1Patch.PatchType.MergePatch), "real", ns, dryRun: "All");
        await client.CoreV1.DeleteNamespacedConfigMapAsync("real", ns, dryRun: "All");
        Assert.Equal("v", (await client.CoreV1.ReadNamespacedConfigMapAsync("real", ns)).Data["k"]);
    }

    [Fact]
    public async Task A_long_answer_is_packed_for_whoever_takes_gzip()
    {
        var path = $"/api/v1/namespaces/{await cluster.NamespaceAsync()}/configmaps";
        await cluster.PostAsync(path, ApiCluster.ConfigMap("large", new string('x', 300_000)));
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");

        using var response = await cluster.Admin.SendAsync(request);

        Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
        await using var unpacked = new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        var list = await JsonNode.ParseAsync(unpacked);
        Assert.Contains("large", list!["items"]!.AsArray().Select(item => item!["metadata"]!["name"]!.GetValue<string>()));
    }

    private static V1ConfigMap ConfigMap(string name) =>
        new() { Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["app"] = "t" } }, Data = new Dictionary<string, string> { ["k"] = "v" } };

    private static V1Secret Secret(string name) => new() { Metadata = new V1ObjectMeta { Name = name } };

    private static JsonObject Lease(string name) => new()
    {
        ["apiVersion"] = "coordination.k8s.io/v1",
        ["kind"] = "Lease",
        ["metadata"] = new JsonObject { ["name"] = name },
    };

    private Kubernetes Client() => new(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig));

    private async Task<IEnumerable<string>> NamesAsync(string path) =>
        (await cluster.GetAsync(path)).Json["items"]!.AsArray().Select(item => item!["metadata"]!["name"]!.GetValue<string>()).Where(name => name != "kube-root-ca.crt");

    /// <summary>Watches for a second at a time, as if its connection broke again and again.</summary>
    private static async Task WatchAsync(Kubernetes client, string ns, string revision, ConcurrentQueue<string> seen, CancellationToken cancellation)
    {
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                await foreach (var (type, item) in client.CoreV1.WatchListNamespacedConfigMapAsync(
                    ns, labelSelector: "app=t", resourceVersion: revision, timeoutSeconds: 1, cancellationToken: cancellation))
                {
                    seen.Enqueue($"{type} {item.Name()}");
                    revision = item.ResourceVersion();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }
    }

    private static async Task LeadAsync(Kubernetes client, string ns, string who, ConcurrentQueue<string> leaders, CancellationToken cancellation)
    {
        using var elector = new LeaderElector(new LeaderElectionConfig(new LeaseLock(client, ns, "elected", who))
        {
            LeaseDuration = TimeSpan.FromSeconds(2),
            RenewDeadline = TimeSpan.FromSeconds(1.5),
            RetryPeriod = TimeSpan.FromMilliseconds(200),
        });
        elector.OnStartedLeading += () => leaders.Enqueue(who);
        try
        {
            await elector.RunUntilLeadershipLostAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }
    }
}
