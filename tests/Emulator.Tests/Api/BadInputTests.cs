using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Emulator.Tests.Api;

/// <summary>What clients ask for by mistake or malice is answered with the status that a real server gives.</summary>
public sealed class BadInputTests(ApiCluster cluster) : UnharmedServerTests(cluster), IClassFixture<ApiCluster>
{
    [Fact]
    public async Task Annotations_of_a_million_bytes_are_too_long()
    {
        var node = ApiCluster.ConfigMap("annotated");
        node["metadata"]!["annotations"] = new JsonObject { ["a"] = new string('x', 1_000_000) };

        var answer = await Cluster.PostAsync(ConfigMaps, node);

        Assert.Equal((422, "ConfigMap \"annotated\" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes"), (answer.Status, answer.Message));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_three_mebibytes_is_too_large_announced_or_not(bool announced)
    {
        using var content = new StreamContent(new MemoryStream(new byte[(3 * 1024 * 1024) + 1]));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, ConfigMaps) { Content = content };
        request.Headers.TransferEncodingChunked = !announced;
        request.Headers.ExpectContinue = true;

        using var response = await Cluster.Admin.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("limit is 3145728", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("application/json", """{"metadata":{"name":"a"}""")]
    [InlineData("application/json", "")]
    [InlineData("application/json", "[]")]
    [InlineData("application/json", "null")]
    [InlineData("application/json", "\"a\"")]
    [InlineData("application/json", """{"metadata":[]}""")]
    [InlineData("application/json", """{"metadata":{"name":7}}""")]
    [InlineData("application/json", """{"metadata":{"name":"a","labels":7}}""")]
    [InlineData("application/yaml", "a: [")]
    [InlineData("application/yaml", "a: *b")]
    [InlineData("application/yaml", "? [a, b]\n: c")]
    [InlineData("application/vnd.kubernetes.protobuf", "k8s\0garbage")]
    [InlineData("application/vnd.kubernetes.protobuf", "")]
    public async Task A_body_that_cannot_be_read_is_a_bad_request(string mediaType, string body)
    {
        var answer = await Cluster.SendAsync(HttpMethod.Post, ConfigMaps, body, mediaType: mediaType);

        Assert.Equal((400, "BadRequest"), (answer.Status, answer.Json["reason"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("{\"a\":", "}")]
    [InlineData("[", "]")]
    public async Task Nesting_without_end_is_a_bad_request_in_every_way_of_writing(string open, string close)
    {
        var deep = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));
        var body = $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"deep"},"data":{{deep}}}""";
        await Cluster.PostAsync(ConfigMaps, ApiCluster.ConfigMap("shallow"));

        Assert.Equal(400, (await Cluster.SendAsync(HttpMethod.Post, ConfigMaps, body)).Status);
        Assert.Equal(400, (await Cluster.SendAsync(HttpMethod.Post, ConfigMaps, body, mediaType: "application/yaml")).Status);
        foreach (var patch in (string[])["merge-patch+json", "strategic-merge-patch+json", "json-patch+json", "apply-patch+yaml"])
        {
            var answer = await Cluster.SendAsync(HttpMethod.Patch, $"{ConfigMaps}/shallow?fieldManager=t", body, mediaType: $"application/{patch}");
            Assert.True(answer.Status == 400, $"{patch}: {answer.Status} {answer.Text}");
        }
    }

    [Fact]
    public async Task An_object_as_deep_as_can_be_stored_can_be_read_changed_and_listed()
    {
        await Cluster.PostAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", JsonNode.Parse("""
            {"metadata":{"name":"things.deep.dev"},"spec":{"group":"deep.dev","scope":"Namespaced","names":{"plural":"things","kind":"Thing"},
            "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
            """)!);
        const string things = "/apis/deep.dev/v1/namespaces/default/things";
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 150)) + "1" + new string('}', 150);
        var body = $$"""{"apiVersion":"deep.dev/v1","kind":"Thing","metadata":{"name":"deep"},"spec":{{deep}}}""";

        Assert.Equal(201, (await Cluster.SendAsync(HttpMethod.Post, things, body)).Status);
        Assert.Equal(200, (await Cluster.GetAsync($"{things}/deep")).Status);
        Assert.Equal(200, (await Cluster.SendAsync(HttpMethod.Get, things, null, accept: "application/yaml")).Status);
        Assert.Equal(200, (await Cluster.SendAsync(HttpMethod.Patch, $"{things}/deep", """{"x":1}""", mediaType: "application/merge-patch+json")).Status);
        Assert.Equal(200, (await Cluster.DeleteAsync($"{things}/deep")).Status);
    }

    [Fact]
    public async Task A_yaml_bomb_is_defused_before_it_is_built()
    {
        var bomb = new StringBuilder("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 12; level++)
        {
            bomb.Append($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]\n");
        }

        var before = GC.GetTotalAllocatedBytes();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            Cluster.SendAsync(HttpMethod.Post, ConfigMaps, bomb.ToString(), mediaType: "application/yaml")));

        Assert.All(answers, answer => Assert.Equal(400, answer.Status));
        Assert.Contains("excessive aliasing", answers[0].Message);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1_500_000_000);
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_do_no_harm()
    {
        byte[] body = [.. "{\"metadata\":{\"name\":\"bytes\"},\"data\":{\"k\":\""u8, 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, .. "\"}}"u8];
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        using var response = await Cluster.Admin.PostAsync(ConfigMaps, content);

        Assert.True(response.StatusCode is HttpStatusCode.Created or HttpStatusCode.BadRequest, $"{response.StatusCode}");
        Assert.Equal(200, (await Cluster.GetAsync(ConfigMaps)).Status);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("%2e%2e")]
    [InlineData("")]
    [InlineData("Upper")]
    public async Task A_name_that_could_be_a_path_is_refused(string name)
    {
        var answer = await Cluster.PostAsync(ConfigMaps, ApiCluster.ConfigMap(name));

        Assert.Equal((422, "Invalid"), (answer.Status, answer.Json["reason"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("limit=abc", 400)]
    [InlineData("limit=-1", 200)]
    [InlineData("limit=99999999999", 200)]
    [InlineData("limit=99999999999999999999", 400)]
    [InlineData("continue=%25%25", 400)]
    [InlineData("continue=AAAA", 400)]
    [InlineData("resourceVersion=abc", 500)]
    [InlineData("resourceVersion=-1", 500)]
    [InlineData("labelSelector=a+in+(", 400)]
    [InlineData("fieldSelector=spec.nothing%3Da", 400)]
    [InlineData("watch=true&timeoutSeconds=-5", 200)]
    [InlineData("watch=true&timeoutSeconds=abc", 400)]
    [InlineData("watch=true&timeoutSeconds=1&resourceVersion=abc", 500)]
    [InlineData("watch=true&timeoutSeconds=99999999999999999999", 400)]
    public async Task A_number_that_is_none_or_huge_is_answered_as_a_real_server_does(string query, int status) =>
        Assert.Equal(status, (await Cluster.GetAsync($"/api/v1/namespaces/kube-public/configmaps?{query}")).Status);

    [Theory]
    [InlineData("FOO", "/api/v1/namespaces/default/configmaps", 405)]
    [InlineData("TRACE", "/api/v1/namespaces/default/configmaps/a", 405)]
    [InlineData("PUT", "/api/v1/namespaces/default/configmaps", 405)]
    [InlineData("PATCH", "/api/v1/namespaces/default/configmaps", 405)]
    [InlineData("POST", "/api/v1/namespaces/default/configmaps/a", 405)]
    [InlineData("POST", "/api/v1/configmaps", 405)]
    [InlineData("DELETE", "/api/v1/namespaces", 405)]
    [InlineData("POST", "/version", 405)]
    [InlineData("GET", "/nothing", 404)]
    public async Task A_method_that_is_not_served_is_not_allowed(string method, string path, int status) =>
        Assert.Equal(status, (await Cluster.SendAsync(new HttpMethod(method), path, method is "GET" ? null : "{}")).Status);

    [Fact]
    public async Task A_patch_that_makes_an_object_invalid_changes_nothing()
    {
        var before = await Cluster.PostAsync("/api/v1/namespaces/default/services", JsonNode.Parse(
            """{"metadata":{"name":"patched"},"spec":{"ports":[{"port":80}]}}""")!);

        var answer = await Cluster.SendAsync(
            HttpMethod.Patch, "/api/v1/namespaces/default/services/patched", """{"spec":{"ports":[{"port":70000}]}}""", mediaType: "application/merge-patch+json");

        Assert.Equal(422, answer.Status);
        Assert.Contains("must be between 1 and 65535", answer.Message);
        Assert.Equal(before.Revision, (await Cluster.GetAsync("/api/v1/namespaces/default/services/patched")).Revision);
    }

    [Fact]
    public async Task Packed_bodies_are_no_json_and_wrong_credentials_are_nobodys()
    {
        using var content = new ByteArrayContent([0x1f, 0x8b, 8, 0, 1, 2, 3]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        using var packed = await Cluster.Admin.PostAsync(ConfigMaps, content);
        Assert.Equal(HttpStatusCode.BadRequest, packed.StatusCode);

        var expired = await Cluster.PostAsync("/api/v1/namespaces/default/serviceaccounts/default/token", JsonNode.Parse(
            """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":600}}""")!);
        var parts = expired.Json["status"]!["token"]!.GetValue<string>().Split('.');
        string[] wrong = ["x", "a.b.c", $"{parts[0]}.{parts[1]}.{parts[0]}", $"{parts[0]}.{parts[0]}.{parts[2]}", new string('a', 100_000)];
        var answers = await Task.WhenAll(Enumerable.Range(0, 120).Select(async at =>
        {
            using var client = Cluster.Client(null);
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {wrong[at % wrong.Length]}");
            using var response = await client.GetAsync(ConfigMaps);
            return (int)response.StatusCode;
        }));
        Assert.All(answers, status => Assert.True(status is 401 or 400, $"{status}"));
    }
}
