namespace GoogleEmulator.Tests;

/// <summary>Clusters and their operations, faults among them.</summary>
public sealed class ClusterTests(ClusterTests.Emulator shared) : IClassFixture<ClusterTests.Emulator>
{
    private const string Zone = "/container/v1/projects/P/zones/us-central1-c";

    [Fact]
    public async Task A_cluster_is_provisioned_runs_and_goes_again_with_its_process()
    {
        var begun = await shared.It.CallAsync("POST", $"{Zone}/clusters", RunningEmulator.ClusterBody("first", ""","resourceLabels":{"lab":"demo"}"""));
        var early = await shared.It.CallAsync("GET", $"{Zone}/clusters/first");
        var busy = await shared.It.RefusedAsync(400, "DELETE", $"{Zone}/clusters/first");
        var twice = await shared.It.RefusedAsync(409, "POST", $"{Zone}/clusters", RunningEmulator.ClusterBody("first"));
        await shared.It.UntilAsync($"{Zone}/operations/{begun["name"]}", operation => (string?)operation["status"] == "DONE", "the cluster is created");
        var running = await shared.It.CallAsync("GET", "/container/v1/projects/P/locations/us-central1-c/clusters/first");
        var (readyz, nodes) = await shared.It.KubeAsync("us-central1-c", "first", "GET", "/api/v1/nodes");
        var region = await shared.It.CallAsync("GET", "/compute/v1/projects/P/regions/us-central1");
        await shared.It.OperateAsync("DELETE", $"{Zone}/clusters/first");
        var gone = await shared.It.RefusedAsync(404, "GET", $"{Zone}/clusters/first");

        Assert.Equal(("CREATE_CLUSTER", "RUNNING"), ((string)begun["operationType"]!, (string)begun["status"]!));
        Assert.Equal("PROVISIONING", (string)early["status"]!);
        Assert.Null(early["endpoint"]);
        Assert.Contains($"incompatible operation {begun["name"]}", busy);
        Assert.Contains("Already exists", twice);
        Assert.Equal("RUNNING", (string)running["status"]!);
        Assert.Equal("demo", (string)running["resourceLabels"]!["lab"]!);
        Assert.StartsWith($"{shared.It.Url}/container/v1/projects/{RunningEmulator.Project}/zones/us-central1-c/", (string)running["selfLink"]!);
        Assert.Equal((200, 2), (readyz, nodes["items"]!.AsArray().Count));
        Assert.Equal(8, (double)region["quotas"]!.AsArray().Single(quota => (string)quota!["metric"]! == "CPUS")!["usage"]!);
        Assert.Contains("Not found", gone);
    }

    [Theory]
    [InlineData("""{"cluster":{"name":"UPPER"}}""", 400, "cluster.name")]
    [InlineData("""{"cluster":{"name":"big","initialNodeCount":3,"nodeConfig":{"machineType":"e2-standard-32"}}}""", 403, "requires '96.0' and is short '72.0'")]
    [InlineData("""{"cluster":{"name":"odd","initialNodeCount":1,"nodeConfig":{"machineType":"x9-standard-4"}}}""", 400, "Machine type with name 'x9-standard-4'")]
    [InlineData("""{"cluster":{"name":"odd","initialNodeCount":1,"clusterIpv4Cidr":"10.300.0.0/16"}}""", 400, "10.300.0.0/16")]
    [InlineData("""{"cluster":{"name":"odd","initialNodeCount":1000}}""", 400, "initial_node_count")]
    [InlineData("""{}""", 400, "cluster")]
    [InlineData("""[1]""", 400, "expected an object")]
    [InlineData("""{"cluster":""", 400, "Invalid JSON")]
    public async Task A_cluster_that_cannot_be_is_refused_in_words(string body, int status, string words)
    {
        Assert.Contains(words, await shared.It.RefusedAsync(status, "POST", $"{Zone}/clusters", body));
    }

    [Fact]
    public async Task A_permission_that_was_taken_away_is_named()
    {
        var path = $"/lab/v1/projects/{RunningEmulator.Project}/denied-permissions";
        await shared.It.CallAsync("PUT", path, """{"permissions":["container.clusters.create"]}""");
        var refusal = await shared.It.RefusedAsync(403, "POST", "/container/v1/projects/P/zones/us-west1-a/clusters", RunningEmulator.ClusterBody("denied"));
        var held = await shared.It.CallAsync(
            "POST", "/cloudresourcemanager/v1/projects/demo-proj:testIamPermissions", """{"permissions":["container.clusters.create","container.clusters.get"]}""");
        await shared.It.CallAsync("PUT", path, """{"permissions":[]}""");

        Assert.Contains("Required \"container.clusters.create\" permission(s)", refusal);
        Assert.Equal("""["container.clusters.get"]""", held["permissions"]!.ToJsonString());
    }

    [Fact]
    public async Task A_creation_that_is_made_to_fail_leaves_a_cluster_in_error_that_can_be_deleted()
    {
        const string Other = "/container/v1/projects/P/zones/europe-west1-b";
        await shared.It.CallAsync("POST", "/lab/v1/faults", """{"method":"POST","path":"europe-west1-b/clusters$","operation":{"code":8,"message":"zone is out of capacity"}}""");
        var failed = await shared.It.OperateAsync("POST", $"{Other}/clusters", RunningEmulator.ClusterBody("failing"));
        var cluster = await shared.It.CallAsync("GET", $"{Other}/clusters/failing");
        await shared.It.OperateAsync("DELETE", $"{Other}/clusters/failing");

        Assert.Equal(("zone is out of capacity", 8), ((string)failed["statusMessage"]!, (int)failed["error"]!["code"]!));
        Assert.Equal("ERROR", (string)cluster["status"]!);
        Assert.Contains("out of capacity", (string)cluster["statusMessage"]!);
        await shared.It.RefusedAsync(404, "GET", $"{Other}/clusters/failing");
    }

    [Fact]
    public async Task A_connection_that_breaks_afterwards_leaves_what_was_asked_for()
    {
        await shared.It.CallAsync("POST", "/lab/v1/faults", """{"method":"POST","path":"global/firewalls","drop":"after"}""");
        await shared.It.CallAsync("POST", "/lab/v1/faults", """{"method":"POST","path":"global/firewalls","drop":"before"}""");
        await Assert.ThrowsAsync<HttpRequestException>(() => shared.It.SendAsync("POST", "/compute/v1/projects/P/global/firewalls", Rule("heard-not")));
        await Assert.ThrowsAsync<HttpRequestException>(() => shared.It.SendAsync("POST", "/compute/v1/projects/P/global/firewalls", Rule("never")));

        await shared.It.UntilAsync("/compute/v1/projects/P/global/firewalls/heard-not", rule => rule["name"] is not null, "the rule is there");
        await shared.It.RefusedAsync(404, "GET", "/compute/v1/projects/P/global/firewalls/never");

        static string Rule(string name) => $$"""{"name":"{{name}}","allowed":[{"IPProtocol":"tcp"}],"sourceRanges":["10.1.0.0/16"]}""";
    }

    [Fact]
    public async Task A_fault_strikes_as_often_as_it_says_and_a_wrong_one_is_refused_with_all_that_is_wrong()
    {
        await shared.It.CallAsync("POST", "/lab/v1/faults", """{"path":"zones/us-east1-b$","times":2,"status":503,"message":"try again"}""");
        var first = await shared.It.RefusedAsync(503, "GET", "/compute/v1/projects/P/zones/us-east1-b");
        await shared.It.RefusedAsync(503, "GET", "/compute/v1/projects/P/zones/us-east1-b");
        await shared.It.CallAsync("GET", "/compute/v1/projects/P/zones/us-east1-b");
        var wrong = await shared.It.RefusedAsync(400, "POST", "/lab/v1/faults", """{"path":"(","times":"many","drop":"often","colour":"red"}""");

        Assert.Equal("try again", first);
        Assert.All((string[])["path", "times", "drop", "colour"], field => Assert.Contains(field, wrong));
    }

    public sealed class Emulator : IAsyncLifetime
    {
        public RunningEmulator It { get; private set; } = null!;

        public async ValueTask InitializeAsync() => It = await RunningEmulator.StartAsync("--operation-delay", "200ms", "--quota", "24");

        public ValueTask DisposeAsync() => It.DisposeAsync();
    }
}
