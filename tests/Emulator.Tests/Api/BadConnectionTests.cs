using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Emulator.Tests.Api;

/// <summary>Clients whose connections, certificates or streams are not as they should be leave a server that goes on as before.</summary>
public sealed class BadConnectionTests(ApiCluster cluster) : UnharmedServerTests(cluster), IClassFixture<ApiCluster>
{
    // Both ends run in this process; ten thousand take half a minute of it.
    private static readonly int Watches = Environment.GetEnvironmentVariable("LAB_SLOW") == "1" ? 10_000 : 600;

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
        using var client = new HttpClient(handler) { BaseAddress = Cluster.Url };

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
        using var client = Cluster.Client("test-admin");
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

        using var after = Cluster.Client("test-admin");
        Assert.Equal(HttpStatusCode.OK, (await after.GetAsync("/version")).StatusCode);
    }

    [Fact]
    public async Task Clients_that_send_a_byte_now_and_then_hinder_nobody_and_are_given_up()
    {
        var slow = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            var connection = await ConnectAsync();
            await connection.WriteAsync("GET /version HTTP/1.1\r\nHost: a\r\nX-Slow: "u8.ToArray());
            return connection;
        }));
        using var body = await ConnectAsync();
        await body.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {ConfigMaps} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer test-admin\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{{"));

        Assert.Equal(200, (await Cluster.GetAsync("/version")).Status);
        await ReadToEndAsync(body).WaitAsync(TimeSpan.FromSeconds(60));
        foreach (var connection in slow)
        {
            connection.Dispose();
        }
    }

    [Fact]
    public async Task Tokens_that_have_ended_are_refused_under_load_and_others_served_beside_them()
    {
        var account = (await Cluster.GetAsync("/api/v1/namespaces/default/serviceaccounts/default")).Json["metadata"]!["uid"]!.GetValue<string>();
        using var late = Cluster.Client(Cluster.Token("default", account, DateTimeOffset.UtcNow.AddMinutes(-1)));
        using var good = Cluster.Client(Cluster.Token("default", account, DateTimeOffset.UtcNow.AddHours(1)));
        static async Task<HttpStatusCode[]> AskAsync(HttpClient client, int times)
        {
            client.DefaultRequestVersion = HttpVersion.Version20;
            return await Task.WhenAll(Enumerable.Range(0, times).Select(async _ =>
            {
                using var response = await client.GetAsync("/api");
                return response.StatusCode;
            }));
        }

        var refused = AskAsync(late, 1_000);
        var served = AskAsync(good, 200);

        Assert.All(await refused, status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.All(await served, status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task Hundreds_of_watches_at_once_all_see_a_change_and_one_that_does_not_read_is_ended()
    {
        var path = $"/api/v1/namespaces/{await Cluster.NamespaceAsync()}/secrets";
        using var client = Cluster.Client("test-admin");
        client.DefaultRequestVersion = HttpVersion.Version20;
        var watches = await Task.WhenAll(Enumerable.Range(0, Watches).Select(_ =>
            client.GetAsync($"{path}?watch=true&resourceVersion=0", HttpCompletionOption.ResponseHeadersRead)));
        using var stalled = await ConnectAsync();
        await stalled.WriteAsync(Encoding.ASCII.GetBytes($"GET {path}?watch=true&resourceVersion=0 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer test-admin\r\n\r\n"));

        await Cluster.PostAsync(path, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "seen" } });
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
            await Cluster.PostAsync(path, new JsonObject { ["metadata"] = new JsonObject { ["name"] = $"l{count}" }, ["data"] = new JsonObject { ["k"] = value } });
        }

        // What it had not read is gone, and after a while so is its connection.
        await ReadToEndAsync(stalled).WaitAsync(TimeSpan.FromSeconds(60));
        await Cluster.DeleteAsync(path);
    }

    private async Task<SslStream> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
        await socket.ConnectAsync(IPAddress.Loopback, Cluster.Url.Port);
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

    /// <summary>Reads on until the server ends or breaks the connection.</summary>
    private static async Task ReadToEndAsync(SslStream connection)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await connection.ReadAsync(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Broken, as the connection of a client that does not do its part is.
        }
    }
}
