using System.Text.Json.Nodes;

namespace Emulator.Tests.Api;

/// <summary>Watches over HTTP.</summary>
public sealed class ApiWatchTests(ApiCluster cluster) : IClassFixture<ApiCluster>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Changes_since_a_revision_come_once_each_and_in_order()
    {
        var path = $"/api/v1/namespaces/{await cluster.NamespaceAsync()}/configmaps";
        var first = await cluster.PostAsync(path, ApiCluster.ConfigMap("a", "1", "w"));
        await using var watch = await OpenAsync($"{path}?watch=true&labelSelector=app%3Dw&resourceVersion={first.Revision}");

        await PutAsync(path, "a", "2");
        await cluster.PostAsync(path, ApiCluster.ConfigMap("b", "1", "w"));
        await cluster.DeleteAsync($"{path}/a");

        Assert.Equal(["MODIFIED a", "ADDED b", "DELETED a"], await watch.TakeAsync(3));
    }

    [Fact]
    public async Task An_object_that_enters_or_leaves_the_selection_is_added_or_deleted()
    {
        var path = $"/api/v1/namespaces/{await cluster.NamespaceAsync()}/configmaps";
        var first = await cluster.PostAsync(path, ApiCluster.ConfigMap("a", label: "other"));
        await using var watch = await OpenAsync($"{path}?watch=true&labelSelector=app%3Dw&resourceVersion={first.Revision}");

        await LabelAsync(path, "w");
        await LabelAsync(path, "other");

        Assert.Equal(["ADDED a", "DELETED a"], await watch.TakeAsync(2));
    }

    [Fact]
    public async Task Initial_events_end_with_a_bookmark()
    {
        var path = $"/api/v1/namespaces/{await cluster.NamespaceAsync()}/configmaps";
        await cluster.PostAsync(path, ApiCluster.ConfigMap("a", label: "w"));

        await using var watch = await OpenAsync(
            $"{path}?watch=true&labelSelector=app&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");

        Assert.Equal("ADDED a", Assert.Single(await watch.TakeAsync(1)));
        var bookmark = await watch.NextAsync();
        Assert.Equal("BOOKMARK", bookmark["type"]!.GetValue<string>());
        Assert.Equal("true", bookmark["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_revision_that_is_forgotten_is_gone()
    {
        var ns = await cluster.NamespaceAsync();
        var path = $"/apis/coordination.k8s.io/v1/namespaces/{ns}/leases";
        var first = await cluster.PostAsync(path, Lease("first"));
        for (var count = 0; count < 5_100; count++)
        {
            await cluster.PostAsync(path, Lease("x"));
            await cluster.DeleteAsync($"{path}/x");
        }

        await using var watch = await OpenAsync($"{path}?watch=true&resourceVersion={first.Revision}");

        var gone = await watch.NextAsync();
        Assert.Equal("ERROR", gone["type"]!.GetValue<string>());
        Assert.Equal(410, gone["object"]!["code"]!.GetValue<int>());
        Assert.Equal("Expired", gone["object"]!["reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_watch_ends_after_the_time_asked_for()
    {
        await using var watch = await OpenAsync("/api/v1/namespaces/default/configmaps?watch=true&resourceVersion=0&labelSelector=none&timeoutSeconds=1");

        Assert.Null(await watch.TryNextAsync());
    }

    private static JsonObject Lease(string name) => new()
    {
        ["apiVersion"] = "coordination.k8s.io/v1",
        ["kind"] = "Lease",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject(),
    };

    private Task<Answer> PutAsync(string path, string name, string value) =>
        cluster.SendAsync(HttpMethod.Put, $"{path}/{name}", ApiCluster.ConfigMap(name, value, "w").ToJsonString());

    private Task<Answer> LabelAsync(string path, string label) => cluster.SendAsync(
        HttpMethod.Patch, $"{path}/a", $$$"""{"metadata":{"labels":{"app":"{{{label}}}"} } }""", mediaType: "application/merge-patch+json");

    private async Task<WatchReader> OpenAsync(string path)
    {
        var response = await cluster.Admin.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new WatchReader(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    private sealed class WatchReader(HttpResponseMessage response, StreamReader lines) : IAsyncDisposable
    {
        public async Task<JsonNode?> TryNextAsync()
        {
            using var deadline = new CancellationTokenSource(Patience);
            return await lines.ReadLineAsync(deadline.Token) is { } line ? JsonNode.Parse(line) : null;
        }

        public async Task<JsonNode> NextAsync() => await TryNextAsync() ?? throw new EndOfStreamException("the watch ended");

        public async Task<List<string>> TakeAsync(int count)
        {
            var events = new List<string>();
            while (events.Count < count)
            {
                var next = await NextAsync();
                events.Add($"{next["type"]} {next["object"]!["metadata"]!["name"]}");
            }

            return events;
        }

        public ValueTask DisposeAsync()
        {
            lines.Dispose();
            response.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
