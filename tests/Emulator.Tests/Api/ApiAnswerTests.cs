namespace Emulator.Tests.Api;

/// <summary>The form of answers: what is around the objects.</summary>
public sealed class ApiAnswerTests(ApiCluster cluster) : IClassFixture<ApiCluster>
{
    [Theory]
    [InlineData("/api/v1/namespaces/default")]
    [InlineData("/api/v1/namespaces")]
    [InlineData("/api/v1/namespaces/none")]
    [InlineData("/apis")]
    public async Task Json_is_one_line_that_ends_as_a_line(string path)
    {
        var answer = await cluster.GetAsync(path);

        Assert.EndsWith("}\n", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', answer.Text[..^1]);
    }

    [Fact]
    public async Task Json_is_indented_for_those_who_ask_and_for_curl()
    {
        const string Path = "/api/v1/namespaces/default";
        const string Begin = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Namespace\",\n  \"metadata\": {\n    \"name\": \"default\",";

        Assert.StartsWith(Begin, (await cluster.GetAsync($"{Path}?pretty=true")).Text, StringComparison.Ordinal);
        Assert.StartsWith(Begin, await AsCurlAsync(Path), StringComparison.Ordinal);
        Assert.StartsWith("{\"apiVersion\"", await AsCurlAsync($"{Path}?pretty=false"), StringComparison.Ordinal);
        Assert.StartsWith("{\n  \"major\": \"1\",", (await cluster.GetAsync("/version")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_has_the_id_under_which_it_would_be_audited()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/namespaces/none");
        request.Headers.Add("Audit-ID", "mine");

        using var asked = await cluster.Admin.SendAsync(request, TestContext.Current.CancellationToken);
        using var made = await cluster.Admin.GetAsync("/livez", TestContext.Current.CancellationToken);

        Assert.Equal("mine", Assert.Single(asked.Headers.GetValues("Audit-Id")));
        Assert.True(Guid.TryParse(Assert.Single(made.Headers.GetValues("Audit-Id")), out _));
        Assert.Equal("no-cache, private", made.Headers.CacheControl?.ToString());
    }

    [Theory]
    [InlineData("/livez/ping", 200, "ok")]
    [InlineData("/readyz/poststarthook/rbac/bootstrap-roles", 200, "ok")]
    [InlineData("/healthz/etcd", 200, "ok")]
    [InlineData("/livez/shutdown", 404, "404 page not found\n")]
    [InlineData("/readyz/none", 404, "404 page not found\n")]
    [InlineData("/livez?exclude=none", 200, "ok")]
    public async Task Checks_of_health_answer_by_name(string path, int status, string text)
    {
        var answer = await cluster.GetAsync(path);

        Assert.Equal(status, answer.Status);
        Assert.Equal(text, answer.Text);
    }

    [Fact]
    public async Task Checks_of_health_can_be_left_out_of_the_whole()
    {
        var answer = await cluster.GetAsync("/readyz?verbose&exclude=etcd&exclude=b&exclude=a");

        Assert.StartsWith("[+]ping ok\n[+]log ok\n[+]etcd excluded: ok\n[+]etcd-readiness ok\n", answer.Text, StringComparison.Ordinal);
        Assert.EndsWith(
            "[+]shutdown ok\nwarn: some health checks cannot be excluded: no matches for \"a\", \"b\"\nreadyz check passed\n", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_since_a_time_that_is_none_is_refused()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.PostAsync($"/api/v1/namespaces/{ns}/pods", System.Text.Json.Nodes.JsonNode.Parse("""
            {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "whereami"}]} }
            """)!);

        var answer = await cluster.GetAsync($"/api/v1/namespaces/{ns}/pods/p/log?sinceTime=noon");

        Assert.Equal(400, answer.Status);
        Assert.Equal("parsing time \"noon\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"noon\" as \"2006\"", answer.Message);
    }

    private async Task<string> AsCurlAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.UserAgent.ParseAdd("curl/8.5.0");
        using var response = await cluster.Admin.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
