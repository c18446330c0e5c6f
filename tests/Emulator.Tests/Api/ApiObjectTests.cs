using System.Text.Json.Nodes;

namespace Emulator.Tests.Api;

/// <summary>Objects over HTTP: versions, conflicts, selection, paging, refusals.</summary>
public sealed class ApiObjectTests(ApiCluster cluster) : IClassFixture<ApiCluster>
{
    [Fact]
    public async Task The_OpenAPI_document_of_older_clients_is_there_in_their_form()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v2");
        request.Headers.TryAddWithoutValidation("Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf");

        using var response = await cluster.Admin.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("application/com.github.proto-openapi.spec.v2.v1.0+protobuf", response.Content.Headers.ContentType?.MediaType);
        var document = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal([0x0A, 0x03, .. "2.0"u8], document[..5]);
        Assert.True(document.AsSpan().IndexOf("io.k8s.api.core.v1.ConfigMap"u8) > 0);
    }

    [Fact]
    public async Task A_write_with_an_old_version_conflicts()
    {
        var path = $"/api/v1/namespaces/{await cluster.NamespaceAsync()}/configmaps";
        var created = (await cluster.PostAsync(path, ApiCluster.ConfigMap("a"))).Json;
        created["data"]!["k"] = "second";
        Assert.Equal(200, (await cluster.SendAsync(HttpMethod.Put, $"{path}/a", created.ToJsonString())).Status);

        created["data"]!["k"] = "third";
        var answer = await cluster.SendAsync(HttpMethod.Put, $"{path}/a", created.ToJsonString());

        Assert.Equal(409, answer.Status);
        Assert.Equal(
            "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again",
            answer.Message);
    }

    [Fact]
    public async Task Pages_show_one_moment_even_when_objects_change_in_between()
    {
        var path = $"/api/v1/namespaces/{await cluster.NamespaceAsync()}/configmaps";
        foreach (var name in (string[])["a", "b", "c", "d"])
        {
            await cluster.PostAsync(path, ApiCluster.ConfigMap(name, label: "page"));
        }

        var selected = $"{path}?labelSelector=app%3Dpage&limit=2";
        var first = (await cluster.GetAsync(selected)).Json;
        await cluster.DeleteAsync($"{path}/c");
        await cluster.PostAsync(path, ApiCluster.ConfigMap("bb", label: "page"));
        var second = (await cluster.GetAsync($"{selected}&continue={first["metadata"]!["continue"]}")).Json;

        Assert.Equal(["a", "b"], Names(first));
        Assert.Equal(["c", "d"], Names(second));
        Assert.Equal(first["metadata"]!["resourceVersion"]!.ToString(), second["metadata"]!["resourceVersion"]!.ToString());
    }

    [Theory]
    [InlineData("labelSelector=app%3Dx", "a")]
    [InlineData("labelSelector=app!%3Dx", "b,kube-root-ca.crt")]
    [InlineData("labelSelector=app+in+(x,y)", "a,b")]
    [InlineData("labelSelector=!app", "kube-root-ca.crt")]
    [InlineData("labelSelector=app,app+notin+(x)", "b")]
    [InlineData("fieldSelector=metadata.name%3Db", "b")]
    [InlineData("fieldSelector=metadata.name!%3Db,metadata.name!%3Da", "kube-root-ca.crt")]
    public async Task A_list_has_what_its_selectors_match(string query, string expected)
    {
        var ns = await cluster.NamespaceAsync();
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        await Testing.Eventually.HoldsAsync(async () => (await cluster.GetAsync($"{path}/kube-root-ca.crt")).Status == 200, "the namespace has its CA");
        await cluster.PostAsync(path, ApiCluster.ConfigMap("a", label: "x"));
        await cluster.PostAsync(path, ApiCluster.ConfigMap("b", label: "y"));

        var answer = await cluster.GetAsync($"{path}?{query}");

        Assert.Equal(expected, string.Join(',', Names(answer.Json)));
    }

    [Theory]
    [InlineData("labelSelector=a%3D%3D%3Db", "unable to parse requirement: found '=', expected: identifier")]
    [InlineData("fieldSelector=data%3Db", "\"data\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")]
    [InlineData("limit=abc", "strconv.ParseInt: parsing \"abc\": invalid syntax")]
    public async Task A_malformed_list_request_is_refused_in_the_servers_words(string query, string message)
    {
        var answer = await cluster.GetAsync($"/api/v1/namespaces/default/configmaps?{query}");

        Assert.Equal(400, answer.Status);
        Assert.Equal(message, answer.Message);
    }

    [Theory]
    [InlineData("GET", "/api/v1/namespaces/default/gadgets", 404)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "/api/v1/namespaces/..%2f..%2fetc/configmaps/passwd", 404)]
    [InlineData("PUT", "/api/v1/namespaces/default/configmaps", 405)]
    [InlineData("DELETE", "/api/v1/namespaces", 405)]
    [InlineData("POST", "/api/v1/namespaces/nowhere/configmaps", 404)]
    public async Task What_is_not_there_is_refused(string method, string path, int status)
    {
        var answer = await cluster.SendAsync(new HttpMethod(method), path, method is "GET" or "DELETE" ? null : ApiCluster.ConfigMap("x").ToJsonString());

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        var answer = await cluster.PostAsync("/api/v1/namespaces/default/configmaps", ApiCluster.ConfigMap("big", new string('x', 3 * 1024 * 1024)));

        Assert.Equal(413, answer.Status);
        Assert.Equal("Request entity too large: limit is 3145728", answer.Message);
    }

    [Fact]
    public async Task A_body_of_an_unknown_type_is_refused()
    {
        var answer = await cluster.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/configmaps", "a=b", mediaType: "text/plain");

        Assert.Equal(415, answer.Status);
        Assert.Equal("UnsupportedMediaType", answer.Json["reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        var path = $"/api/v1/namespaces/{await cluster.NamespaceAsync()}/configmaps";

        var answer = await cluster.PostAsync($"{path}?dryRun=All", ApiCluster.ConfigMap("a"));

        Assert.Equal(201, answer.Status);
        Assert.Equal(404, (await cluster.GetAsync($"{path}/a")).Status);
    }

    [Fact]
    public async Task A_table_has_the_columns_of_its_kind()
    {
        var path = $"/api/v1/namespaces/{await cluster.NamespaceAsync()}/configmaps";
        await cluster.PostAsync(path, ApiCluster.ConfigMap("a", label: "x"));

        var table = await cluster.SendAsync(HttpMethod.Get, $"{path}?labelSelector=app", null, accept: "application/json;as=Table;v=v1;g=meta.k8s.io");

        Assert.Equal("Table", table.Json["kind"]!.GetValue<string>());
        Assert.Equal(["Name", "Data", "Age"], table.Json["columnDefinitions"]!.AsArray().Select(column => column!["name"]!.GetValue<string>()));
        Assert.Equal("a", table.Json["rows"]![0]!["cells"]![0]!.GetValue<string>());
        Assert.Equal(1, table.Json["rows"]![0]!["cells"]![1]!.GetValue<int>());
    }

    [Fact]
    public async Task A_kind_that_is_only_stored_says_so()
    {
        var answer = await cluster.SendAsync(
            HttpMethod.Post,
            $"/apis/networking.k8s.io/v1/namespaces/{await cluster.NamespaceAsync()}/networkpolicies",
            """{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"n"},"spec":{"podSelector":{}}}""");

        Assert.Equal(201, answer.Status);
        Assert.Contains(answer.Warnings, warning => warning.Contains("do not act on them", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_custom_type_can_be_used_as_soon_as_its_definition_is_answered_and_goes_with_it()
    {
        var group = $"{await cluster.NamespaceAsync()}.lab.test";
        const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        await cluster.PostAsync(Definitions, JsonNode.Parse($$$"""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"vans.{{{group}}}"},
             "spec":{"group":"{{{group}}}","scope":"Cluster","names":{"plural":"vans","kind":"Van"},"versions":[{"name":"v1","served":true,"storage":true,
             "additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"}],
             "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true} } }]} }
            """)!);
        var path = $"/apis/{group}/v1/vans";

        var created = await cluster.PostAsync(path, JsonNode.Parse($$$"""{"apiVersion":"{{{group}}}/v1","kind":"Van","metadata":{"name":"a"},"spec":{"size":3}}""")!);
        var table = await cluster.SendAsync(HttpMethod.Get, path, null, accept: "application/json;as=Table;v=v1;g=meta.k8s.io");

        Assert.Equal(201, created.Status);
        Assert.Equal(3, table.Json["rows"]![0]!["cells"]![1]!.GetValue<int>());
        await cluster.DeleteAsync($"{Definitions}/vans.{group}");
        await Testing.Eventually.HoldsAsync(async () => (await cluster.GetAsync(path)).Status == 404, "the type is no longer served");
    }

    private static IEnumerable<string> Names(JsonNode list) => list["items"]!.AsArray().Select(item => item!["metadata"]!["name"]!.GetValue<string>());
}
