using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Testing;

namespace Emulator.Tests.Api;

/// <summary>What clients send by mistake or malice: the status a real server gives, and a server that goes on as before.</summary>
public sealed class BadInputTests(ApiCluster cluster) : IClassFixture<ApiCluster>, IDisposable
{
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    private static readonly ConcurrentQueue<Exception> Unobserved = Listen();

    /// <summary>After whatever a test did: the server answers, and nothing went unnoticed.</summary>
    public void Dispose()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(200, cluster.GetAsync("/readyz").GetAwaiter().GetResult().Status);
        Assert.Empty(Unobserved);
    }

    [Fact]
    public async Task Annotations_of_a_million_bytes_are_too_long()
    {
        var node = ApiCluster.ConfigMap("annotated");
        node["metadata"]!["annotations"] = new JsonObject { ["a"] = new string('x', 1_000_000) };

        var answer = await cluster.PostAsync(ConfigMaps, node);

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

        using var response = await cluster.Admin.SendAsync(request);

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
        var answer = await cluster.SendAsync(HttpMethod.Post, ConfigMaps, body, mediaType: mediaType);

        Assert.Equal((400, "BadRequest"), (answer.Status, answer.Json["reason"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("{\"a\":", "}")]
    [InlineData("[", "]")]
    public async Task Nesting_without_end_is_a_bad_request_in_every_way_of_writing(string open, string close)
    {
        var deep = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));
        var body = $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"deep"},"data":{{deep}}}""";
        await cluster.PostAsync(ConfigMaps, ApiCluster.ConfigMap("shallow"));

        Assert.Equal(400, (await cluster.SendAsync(HttpMethod.Post, ConfigMaps, body)).Status);
        Assert.Equal(400, (await cluster.SendAsync(HttpMethod.Post, ConfigMaps, body, mediaType: "application/yaml")).Status);
        foreach (var patch in (string[])["merge-patch+json", "strategic-merge-patch+json", "json-patch+json", "apply-patch+yaml"])
        {
            var answer = await cluster.SendAsync(HttpMethod.Patch, $"{ConfigMaps}/shallow?fieldManager=t", body, mediaType: $"application/{patch}");
            Assert.True(answer.Status == 400, $"{patch}: {answer.Status} {answer.Text}");
        }
    }

    [Fact]
    public async Task An_object_as_deep_as_can_be_stored_can_be_read_changed_and_listed()
    {
        await cluster.PostAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", JsonNode.Parse("""
            {"metadata":{"name":"things.deep.dev"},"spec":{"group":"deep.dev","scope":"Namespaced","names":{"plural":"things","kind":"Thing"},
            "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
            """)!);
        const string things = "/apis/deep.dev/v1/namespaces/default/things";
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 150)) + "1" + new string('}', 150);
        var body = $$"""{"apiVersion":"deep.dev/v1","kind":"Thing","metadata":{"name":"deep"},"spec":{{deep}}}""";

        Assert.Equal(201, (await cluster.SendAsync(HttpMethod.Post, things, body)).Status);
        Assert.Equal(200, (await cluster.GetAsync($"{things}/deep")).Status);
        Assert.Equal(200, (await cluster.SendAsync(HttpMethod.Get, things, null, accept: "application/yaml")).Status);
        Assert.Equal(200, (await cluster.SendAsync(HttpMethod.Patch, $"{things}/deep", """{"x":1}""", mediaType: "application/merge-patch+json")).Status);
        Assert.Equal(200, (await cluster.DeleteAsync($"{things}/deep")).Status);
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
            cluster.SendAsync(HttpMethod.Post, ConfigMaps, bomb.ToString(), mediaType: "application/yaml")));

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

        using var response = await cluster.Admin.PostAsync(ConfigMaps, content);

        Assert.True(response.StatusCode is HttpStatusCode.Created or HttpStatusCode.BadRequest, $"{response.StatusCode}");
        Assert.Equal(200, (await cluster.GetAsync(ConfigMaps)).Status);
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
        var answer = await cluster.PostAsync(ConfigMaps, ApiCluster.ConfigMap(name));

        Assert.Equal((422, "Invalid"), (answer.Status, answer.Json["reason"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("/api/v1/namespaces/default/configmaps/..%2f..%2f..%2fetc%2fpasswd", 404)]
    [InlineData("/api/v1/namespaces/..%2fkube-system/configmaps/a", 404)]
    [InlineData("/api/v1/namespaces/default/pods/..%2f..%2fa/log", 404)]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd", 404)]
    [InlineData("//api//v1", 404)]
    [InlineData("/api/v1/namespaces/default/configmaps/a%00b", 404)]
    public async Task A_path_that_climbs_finds_nothing(string path, int status)
    {
        using var connection = await ConnectAsync();
        Assert.InRange(await StatusAsync(connection, $"GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer test-admin\r\n\r\n"), 400, status);
    }

    [Fact]
    public async Task A_path_is_authorised_as_it_is_served()
    {
        using var connection = await ConnectAsync();
        await connection.WriteAsync("GET /version/%2e%2e/api/v1/namespaces/default/configmaps/../secrets HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer plain\r\n\r\n"u8.ToArray());
        var buffer = new byte[4096];
        var answer = Encoding.UTF8.GetString(buffer, 0, await connection.ReadAsync(buffer));

        Assert.StartsWith("HTTP/1.1 403", answer);
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
        Assert.Equal(status, (await cluster.GetAsync($"/api/v1/namespaces/kube-public/configmaps?{query}")).Status);

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
        Assert.Equal(status, (await cluster.SendAsync(new HttpMethod(method), path, method is "GET" ? null : "{}")).Status);

    [Fact]
    public async Task A_patch_that_makes_an_object_invalid_changes_nothing()
    {
        var before = await cluster.PostAsync("/api/v1/namespaces/default/services", JsonNode.Parse(
            """{"metadata":{"name":"patched"},"spec":{"ports":[{"port":80}]}}""")!);

        var answer = await cluster.SendAsync(
            HttpMethod.Patch, "/api/v1/namespaces/default/services/patched", """{"spec":{"ports":[{"port":70000}]}}""", mediaType: "application/merge-patch+json");

        Assert.Equal(422, answer.Status);
        Assert.Contains("must be between 1 and 65535", answer.Message);
        Assert.Equal(before.Revision, (await cluster.GetAsync("/api/v1/namespaces/default/services/patched")).Revision);
    }

    [Fact]
    public async Task Packed_bodies_are_no_json_and_wrong_credentials_are_nobodys()
    {
        using var content = new ByteArrayContent([0x1f, 0x8b, 8, 0, 1, 2, 3]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        using var packed = await cluster.Admin.PostAsync(ConfigMaps, content);
        Assert.Equal(HttpStatusCode.BadRequest, packed.StatusCode);

        var expired = await cluster.PostAsync("/api/v1/namespaces/default/serviceaccounts/default/token", JsonNode.Parse(
            """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":600}}""")!);
        var parts = expired.Json["status"]!["token"]!.GetValue<string>().Split('.');
        string[] wrong = ["x", "a.b.c", $"{parts[0]}.{parts[1]}.{parts[0]}", $"{parts[0]}.{parts[0]}.{parts[2]}", new string('a', 100_000)];
        var answers = await Task.WhenAll(Enumerable.Range(0, 120).Select(async at =>
        {
            using var client = cluster.Client(null);
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {wrong[at % wrong.Length]}");
            using var response = await client.GetAsync(ConfigMaps);
            return (int)response.StatusCode;
        }));
        Assert.All(answers, status => Assert.True(status is 401 or 400, $"{status}"));
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_answered_with_401()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("O=system:masters, CN=intruder", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        handler.SslOptions.ClientCertificates = [certificate];
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        using var client = new HttpClient(handler) { BaseAddress = cluster.Url };

        using var response = await client.GetAsync(ConfigMaps);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Headers_without_end_are_refused_and_half_closed_connections_answered()
    {
        using (var connection = await ConnectAsync())
        {
            Assert.Equal(431, await StatusAsync(connection, $"GET /version HTTP/1.1\r\nHost: a\r\nX-Long: {new string('x', 700_000)}\r\n\r\n"));
        }

        using (var connection = await ConnectAsync())
        {
            Assert.Equal(400, await StatusAsync(connection, "\u0001\u0002 nonsense\r\n\r\n"));
        }

        // The client has said all it will say, and still gets its answer.
        using var half = await ConnectAsync();
        await half.WriteAsync("GET /version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray());
        await half.ShutdownAsync();
        using var reader = new StreamReader(half);
        Assert.Contains("200", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task Streams_that_are_reset_by_the_thousand_leave_a_server_that_answers()
    {
        using var client = cluster.Client("test-admin");
        client.DefaultRequestVersion = HttpVersion.Version20;
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var requests = Enumerable.Range(0, 1_000).Select(async _ =>
        {
            using var soon = new CancellationTokenSource();
            var sending = client.GetAsync("/api/v1/namespaces/default/configmaps?watch=true", soon.Token);
            await Task.Yield();
            await soon.CancelAsync();
            await Record.ExceptionAsync(() => sending);
        });
        await Task.WhenAll(requests);

        using var after = cluster.Client("test-admin");
        Assert.Equal(HttpStatusCode.OK, (await after.GetAsync("/version")).StatusCode);
    }

    [Fact]
    public async Task Hundreds_of_watches_at_once_all_see_a_change_and_one_that_does_not_read_is_ended()
    {
        var path = $"/api/v1/namespaces/{await cluster.NamespaceAsync()}/secrets";
        using var client = cluster.Client("test-admin");
        client.DefaultRequestVersion = HttpVersion.Version20;
        var watches = await Task.WhenAll(Enumerable.Range(0, 600).Select(_ =>
            client.GetAsync($"{path}?watch=true&resourceVersion=0", HttpCompletionOption.ResponseHeadersRead)));
        using var stalled = await ConnectAsync();
        await stalled.WriteAsync(Encoding.ASCII.GetBytes($"GET {path}?watch=true&resourceVersion=0 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer test-admin\r\n\r\n"));

        await cluster.PostAsync(path, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "seen" } });
        var lines = await Task.WhenAll(watches.Select(async watch =>
        {
            using var reader = new StreamReader(await watch.Content.ReadAsStreamAsync());
            return await reader.ReadLineAsync();
        }));
        Assert.All(lines, line => Assert.Contains("\"name\":\"seen\"", line));
        foreach (var watch in watches)
        {
            watch.Dispose();
        }

        var value = Convert.ToBase64String(new byte[700_000]);
        for (var count = 0; count < 50; count++)
        {
            await cluster.PostAsync(path, new JsonObject { ["metadata"] = new JsonObject { ["name"] = $"l{count}" }, ["data"] = new JsonObject { ["k"] = value } });
        }

        // What it had not read is gone, and after a while so is its connection.
        await Eventually.HoldsAsync(async () => await ReadAsync(stalled) < 0, "the stalled watch is ended");
        await cluster.DeleteAsync(path);
    }

    private static ConcurrentQueue<Exception> Listen()
    {
        var unobserved = new ConcurrentQueue<Exception>();
        TaskScheduler.UnobservedTaskException += (_, fault) =>
        {
            // The client libraries of other tests in this process leave some behind; only the cluster's count.
            if (fault.Exception.ToString().Contains(" at Emulator.") && !fault.Exception.ToString().Contains(" at k8s."))
            {
                unobserved.Enqueue(fault.Exception);
            }
        };
        return unobserved;
    }

    private async Task<SslStream> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
        await socket.ConnectAsync(IPAddress.Loopback, cluster.Url.Port);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("localhost");
        return tls;
    }

    private static async Task<int> StatusAsync(SslStream connection, string request)
    {
        try
        {
            await connection.WriteAsync(Encoding.UTF8.GetBytes(request));
        }
        catch (IOException)
        {
            // Refused before it was all sent; the answer may be there still.
        }

        using var reader = new StreamReader(connection, leaveOpen: true);
        return int.Parse((await reader.ReadLineAsync())!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Reads on; -1 once the connection is broken or at its end.</summary>
    private static async Task<int> ReadAsync(SslStream connection)
    {
        try
        {
            return await connection.ReadAsync(new byte[1024 * 1024]) is var count and > 0 ? count : -1;
        }
        catch (IOException)
        {
            return -1;
        }
    }
}
