using System.Collections.Immutable;
using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Emulator.Mesh;
using Emulator.Network;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Emulator.Tests.DataPlane;

/// <summary>What is not plain request and answer: TCP, TLS, upgrades, long bodies, clients that break off.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task Tcp_goes_through_the_gateway_and_mutual_tls_to_a_pod()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Servers = [new(9000, "TCP", ["*"], null)];
        lab.With = snapshot => WithStreams(snapshot, new MeshStreamRoute(false, [], [MeshLab.To()]));
        var (pod, _, _) = await lab.PodAsync("us", "us-1", "10.10.0.1");
        pod.Streams[8080] = async (stream, connection) =>
        {
            var line = new byte[6];
            await stream.ReadExactlyAsync(line);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{connection.PeerIdentity} {Encoding.ASCII.GetString(line)}"));
        };
        await lab.GatewayAsync();

        await using var client = await DialAsync(lab, 9000);
        await client.WriteAsync("hello\n"u8.ToArray());

        Assert.Equal("spiffe://cluster.local/ns/istio-ingress/sa/default hello\n", await new StreamReader(client).ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_sidecar_carries_tcp_with_mutual_tls_where_the_tcp_route_says()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.PeerAuthentications = [new MeshPeerAuthentication("whereami", "default", ImmutableDictionary<string, string>.Empty, "STRICT", ImmutableDictionary<int, string>.Empty)];
        lab.Subsets = lab.Subsets.Add("v2", new MeshSubset("v2", ImmutableDictionary<string, string>.Empty.Add("version", "v2"), null));
        lab.With = snapshot => snapshot with
        {
            VirtualServices = [new("whereami", "tcp", [MeshLab.Host], ["mesh"], []) { Streams = [new MeshStreamRoute(false, [new([], 80, ImmutableDictionary<string, string>.Empty, [])], [MeshLab.To("v2")])] }],
        };
        foreach (var (name, address) in ((string, string)[])[("v1", "10.10.0.1"), ("v2", "10.10.0.2")])
        {
            var (pod, _, _) = await lab.PodAsync("us", name, address, $$"""{"app":"whereami","version":"{{name}}"}""");
            pod.Streams[8080] = async (stream, connection) => await stream.WriteAsync(Encoding.ASCII.GetBytes($"{name} {connection.PeerIdentity}"));
        }

        var (caller, _, proxy) = await lab.PodAsync("us", "caller", "10.10.0.3", listed: false);
        lab.Publish();
        await MeshLab.ReadyAsync(proxy);

        await using var carried = await caller.OutboundStreams!(IPEndPoint.Parse("10.255.10.7:80"), null, TestContext.Current.CancellationToken);
        Assert.Equal("v2 spiffe://cluster.local/ns/whereami/sa/default", await new StreamReader(carried!).ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Null(await caller.OutboundStreams!(IPEndPoint.Parse("192.0.2.1:80"), null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_sidecar_sends_tls_where_the_rule_for_its_server_name_says_and_nothing_to_strangers_where_the_mesh_is_REGISTRY_ONLY()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Subsets = lab.Subsets.Add("v2", new MeshSubset("v2", ImmutableDictionary<string, string>.Empty.Add("version", "v2"), null))
            .Add("v1", new MeshSubset("v1", ImmutableDictionary<string, string>.Empty.Add("version", "v1"), null));
        MeshStreamRoute For(string name, string subset) => new(true, [new([name], 80, ImmutableDictionary<string, string>.Empty, ["mesh"])], [MeshLab.To(subset)]);
        lab.With = snapshot => snapshot with
        {
            RegistryOnly = true,
            VirtualServices = [new("whereami", "tls", [MeshLab.Host], ["mesh"], []) { Streams = [For("a.example", "v1"), For("*.b.example", "v2")] }],
        };
        foreach (var (name, address) in ((string, string)[])[("v1", "10.10.0.1"), ("v2", "10.10.0.2")])
        {
            var (pod, _, _) = await lab.PodAsync("us", name, address, $$"""{"app":"whereami","version":"{{name}}"}""");
            pod.Streams[8080] = async (stream, _) => await stream.WriteAsync(Encoding.ASCII.GetBytes(name));
        }

        var (caller, _, proxy) = await lab.PodAsync("us", "caller", "10.10.0.3", listed: false);
        lab.Publish();
        await MeshLab.ReadyAsync(proxy);

        foreach (var (asked, answers) in ((string, string)[])[("a.example", "v1"), ("www.b.example", "v2")])
        {
            await using var carried = await caller.OutboundStreams!(IPEndPoint.Parse("10.255.10.7:80"), asked, TestContext.Current.CancellationToken);
            Assert.Equal(answers, await new StreamReader(carried!).ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        await Assert.ThrowsAsync<IOException>(async () => await caller.OutboundStreams!(IPEndPoint.Parse("192.0.2.1:443"), "c.example", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Tls_is_passed_through_by_server_name()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Servers = [new(443, "TLS", ["a.example"], new MeshGatewayTls("PASSTHROUGH", null, null, false))];
        lab.With = snapshot => WithStreams(snapshot, new MeshStreamRoute(true, [new(["a.example"], 443, ImmutableDictionary<string, string>.Empty, [])], [MeshLab.To()]));
        using var certificate = Certificate("a.example", null);
        var (pod, _, proxy) = await lab.PodAsync("us", "us-1", "10.10.0.1");
        // Without a sidecar the pod ends TLS by itself.
        await proxy.DisposeAsync();
        pod.Inbound = null;
        pod.Streams[8080] = async (stream, _) =>
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(certificate);
            await tls.WriteAsync("own certificate"u8.ToArray());
        };
        await lab.GatewayAsync();

        await using var client = new SslStream(await DialAsync(lab, 443), false, (_, _, _, _) => true);
        await client.AuthenticateAsClientAsync("a.example");
        Assert.Equal("CN=a.example", client.RemoteCertificate!.Subject);
        Assert.Equal("own certificate", await new StreamReader(client).ReadToEndAsync(TestContext.Current.CancellationToken));
        await using var other = new SslStream(await DialAsync(lab, 443), false, (_, _, _, _) => true);
        await Assert.ThrowsAnyAsync<Exception>(() => other.AuthenticateAsClientAsync("b.example"));
    }

    [Fact]
    public async Task A_gateway_with_mutual_tls_takes_clients_of_its_authority_only()
    {
        await using var lab = await MeshLab.StartAsync();
        using var root = TestControlPlane.NewRoot("client root");
        using var server = Certificate("a.example", null);
        using var friend = Certificate("friend", root);
        using var stranger = Certificate("stranger", null);
        lab.Servers = [new(443, "HTTPS", ["a.example"], new("MUTUAL", server.ExportCertificatePem(), server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), false, root.ExportCertificatePem()))];
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        await lab.GatewayAsync();

        async Task<string> GetAsync(X509Certificate2? certificate, bool http2 = false)
        {
            using var client = new HttpClient(new SocketsHttpHandler
            {
                ConnectCallback = async (_, _) => await DialAsync(lab, 443),
                SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
                    ClientCertificates = certificate is null ? null : [certificate],
                    LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
                },
            })
            {
                DefaultRequestVersion = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
                DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            return await client.GetStringAsync("https://a.example/");
        }

        Assert.Equal("us-1", await GetAsync(friend));
        Assert.Equal("us-1", await GetAsync(friend, http2: true));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(stranger));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(null));
    }

    [Fact]
    public async Task WebSockets_go_through_gateway_and_sidecar()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: async context =>
        {
            var key = context.Request.Headers.SecWebSocketKey.ToString();
            context.Response.Headers.Upgrade = "websocket";
            context.Response.Headers.SecWebSocketAccept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
            await using var stream = await context.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
            using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
            var buffer = new byte[100];
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, true, CancellationToken.None);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        });
        await lab.GatewayAsync();
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = async (_, _) => await DialAsync(lab, 80) });
        using var client = new ClientWebSocket();

        await client.ConnectAsync(new Uri("ws://pod/chat"), invoker, TestContext.Current.CancellationToken);
        await client.SendAsync("hi"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

        var answer = new byte[100];
        var length = (await client.ReceiveAsync(answer, TestContext.Current.CancellationToken)).Count;
        Assert.Equal("hi", Encoding.ASCII.GetString(answer, 0, length));
        Assert.Equal(WebSocketMessageType.Close, (await client.ReceiveAsync(answer, TestContext.Current.CancellationToken)).MessageType);
    }

    [Fact]
    public async Task A_long_body_that_is_answered_while_it_is_sent_goes_through()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context => context.Request.Body.CopyToAsync(context.Response.Body));
        await lab.GatewayAsync();
        var body = RandomNumberGenerator.GetBytes(24 * 1024 * 1024);
        await using var client = await DialAsync(lab, 80);

        var sending = Task.Run(async () =>
        {
            await client.WriteAsync(Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: pod\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n"));
            await client.WriteAsync(body);
        });
        var answer = new MemoryStream();
        await client.CopyToAsync(answer, TestContext.Current.CancellationToken);
        await sending;

        // Chunked, so longer than the body by the chunks' heads.
        Assert.StartsWith("HTTP/1.1 200 OK", Encoding.ASCII.GetString(answer.GetBuffer(), 0, 15));
        Assert.True(answer.Length > body.Length);
    }

    [Fact]
    public async Task A_client_that_breaks_off_is_no_fault_of_the_endpoint()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Policy = new() { OutlierDetection = new() { Consecutive5xxErrors = 1, MaxEjectionPercent = 100 } };
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await context.Response.WriteAsync("us-1");
        });
        var (client, _) = await lab.GatewayAsync();

        foreach (var begin in (string[])
        [
            "POST / HTTP/1.1\r\nHost: pod\r\nContent-Length: 100\r\n\r\nhalf of it",
            "POST / HTTP/1.1\r\nHost: pod\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz",
        ])
        {
            var half = await DialAsync(lab, 80);
            await half.WriteAsync(Encoding.ASCII.GetBytes(begin));
            await half.DisposeAsync();
            Assert.Equal("us-1", await client.GetStringAsync("/"));
        }
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: pod\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: pod\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: pod\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("GET / HTTP/1.1\r\nHost: pod\r\nX-A: b\r\n \r\nGET /smuggled HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: pod\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    public async Task Nothing_is_smuggled_past_the_gateway(string sent)
    {
        await using var lab = await MeshLab.StartAsync();
        var bodies = 0L;
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: async context =>
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            Interlocked.Add(ref bodies, body.Length);
            await context.Response.WriteAsync(context.Request.Path);
        });
        await lab.GatewayAsync();

        await using var client = await DialAsync(lab, 80);
        await client.WriteAsync(Encoding.ASCII.GetBytes(sent));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var answer = new byte[64];
        var length = await client.ReadAtLeastAsync(answer, 12, throwOnEndOfStream: false, limit.Token);

        // Either refused, or both sides agree where the first request ends: then its body is empty.
        var status = Encoding.ASCII.GetString(answer, 0, length);
        Assert.True(status.StartsWith("HTTP/1.1 400", StringComparison.Ordinal) || status.StartsWith("HTTP/1.1 501", StringComparison.Ordinal) || status.StartsWith("HTTP/1.1 200", StringComparison.Ordinal), status);
        Assert.Equal(0, bodies);
    }

    [Fact]
    public void The_server_name_is_read_from_a_clients_first_message()
    {
        Assert.Null(ClientHello.ServerName("not TLS"u8));
        Assert.Null(ClientHello.ServerName(new byte[44]));
    }

    private static MeshSnapshot WithStreams(MeshSnapshot snapshot, MeshStreamRoute route) =>
        snapshot with { VirtualServices = [snapshot.VirtualServices[0] with { Streams = [route] }] };

    private static async Task<Stream> DialAsync(MeshLab lab, int port) =>
        await lab.Us.Network.DialAsync(IPEndPoint.Parse("35.191.0.1:5000"), new IPEndPoint(IPAddress.Parse("10.10.9.9"), port), lab.Us.Underlay, CancellationToken.None);

    private static X509Certificate2 Certificate(string name, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        var until = DateTimeOffset.UtcNow.AddHours(1);
        if (issuer is null)
        {
            return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), until);
        }

        using var issued = request.Create(issuer, DateTimeOffset.UtcNow.AddMinutes(-5), until, RandomNumberGenerator.GetBytes(8));
        using var withKey = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
