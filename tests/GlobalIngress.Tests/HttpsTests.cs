using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace GlobalIngress.Tests;

/// <summary>The VIP over HTTPS: certificates from Secrets, redirects from a FrontendConfig.</summary>
public sealed class HttpsTests
{
    private const string Backend = "\"backend\": {\"serviceName\": \"mcs\", \"servicePort\": 80}";

    [Fact]
    public async Task The_VIP_serves_HTTPS_with_the_certificate_of_the_Secret_that_the_ingress_names()
    {
        using var first = new TestCertificate("whereami.example");
        using var second = new TestCertificate("*.shop.example");
        await using var ingress = await RunningIngress.StartServingAsync();
        ingress.Us.Apply("secrets", first.Secret("first"));
        ingress.Us.Apply("secrets", second.Secret("second"));

        ingress.ApplyIngress($"{Backend}, \"tls\": [{{\"secretName\": \"first\"}}, {{\"secretName\": \"second\"}}]");

        await Testing.Eventually.HoldsAsync(async () => await ServedAsync(ingress, "whereami.example") == first.Public.Thumbprint, "the VIP speaks TLS");
        Assert.Equal(second.Public.Thumbprint, await ServedAsync(ingress, "a.shop.example"));
        Assert.Equal(first.Public.Thumbprint, await ServedAsync(ingress, "another.example"));
        Assert.Equal("us", await ingress.GetAsync());
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var client = ingress.HttpsClient(first);
            using var response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("body"), Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact });
            Assert.Equal((HttpStatusCode.OK, version, "us"), (response.StatusCode, response.Version, await response.Content.ReadAsStringAsync()));
            Assert.Equal("https", ingress.UsPod.LastHeaders!["X-Forwarded-Proto"]);
        }

        await Testing.Eventually.HoldsAsync(() => ingress.Ingress?["metadata"]?["annotations"]?["lab.dev/https-url"] is not null, "an annotation has the URL");
        Assert.Matches("^mci-[0-9a-z]{6}-fws-istio-ingress-mci$", (string?)ingress.Ingress!["status"]!["CloudResources"]!["ForwardingRules"]![1]);
    }

    [Fact]
    public async Task A_Secret_that_is_renewed_serves_the_next_connection_and_one_that_goes_is_named_while_its_last_certificate_serves_on()
    {
        using var old = new TestCertificate("whereami.example");
        using var renewed = new TestCertificate("whereami.example");
        await using var ingress = await RunningIngress.StartServingAsync();

        ingress.ApplyIngress($"{Backend}, \"tls\": [{{\"secretName\": \"cert\"}}]");
        await ingress.EventAsync("MCI istio-ingress/mci: Secret istio-ingress/cert of type kubernetes.io/tls not found");
        Assert.Equal("us", await ingress.GetAsync());

        ingress.Us.Apply("secrets", old.Secret("cert"));
        await Testing.Eventually.HoldsAsync(async () => await ServedAsync(ingress, "whereami.example") == old.Public.Thumbprint, "the certificate serves");
        ingress.Us.Apply("secrets", renewed.Secret("cert"));
        await Testing.Eventually.HoldsAsync(async () => await ServedAsync(ingress, "whereami.example") == renewed.Public.Thumbprint, "the renewed one serves");
        ingress.Us.Delete("secrets", RunningIngress.Namespace, "cert");
        await Testing.Eventually.HoldsAsync(() => ingress.Ingress?["status"]?["conditions"] is not null, "a condition says that it is gone");
        Assert.Equal(renewed.Public.Thumbprint, await ServedAsync(ingress, "whereami.example"));
    }

    [Fact]
    public async Task Without_a_certificate_TLS_is_refused_and_HTTP_goes_on()
    {
        await using var ingress = await RunningIngress.StartServingAsync();

        Assert.Null(await ServedAsync(ingress, "whereami.example"));
        Assert.Equal("us", await ingress.GetAsync());
    }

    [Theory]
    [InlineData("", 301)]
    [InlineData(", \"responseCodeName\": \"PERMANENT_REDIRECT\"", 308)]
    public async Task A_FrontendConfig_sends_clients_of_HTTP_to_HTTPS(string code, int status)
    {
        using var certificate = new TestCertificate("whereami.example");
        await using var ingress = await RunningIngress.StartServingAsync();
        ingress.Us.Apply("secrets", certificate.Secret("cert"));
        ingress.Us.Apply("frontendconfigs", $$"""
            {"apiVersion": "networking.gke.io/v1beta1", "kind": "FrontendConfig", "metadata": {"name": "https", "namespace": "{{RunningIngress.Namespace}}"},
             "spec": {"sslPolicy": "modern", "redirectToHttps": {"enabled": true{{code}} } } }
            """);

        ingress.ApplyIngress($"{Backend}, \"tls\": [{{\"secretName\": \"cert\"}}]", "\"networking.gke.io/frontend-config\": \"https\"");

        using var plain = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = ingress.Client.BaseAddress };
        await Testing.Eventually.HoldsAsync(
            async () =>
            {
                using var answer = await plain.GetAsync("/a?b=c");
                return (int)answer.StatusCode == status && answer.Headers.Location?.ToString() == $"https://{ingress.Client.BaseAddress!.Authority}/a?b=c";
            },
            $"HTTP is answered {status}");
        using var client = ingress.HttpsClient(certificate);
        Assert.Equal("us", await client.GetStringAsync("/"));
        await ingress.EventAsync("FrontendConfig istio-ingress/https: sslPolicy 'modern' has no effect here");
    }

    [Fact]
    public async Task A_FrontendConfig_that_is_not_there_is_named_and_certificates_of_Compute_Engine_are_said_to_be_elsewhere()
    {
        await using var ingress = await RunningIngress.StartServingAsync();

        ingress.ApplyIngress(annotations: "\"networking.gke.io/frontend-config\": \"none\", \"networking.gke.io/pre-shared-certs\": \"shared\"");

        await ingress.EventAsync("FrontendConfig istio-ingress/none not found");
        await ingress.EventAsync("networking.gke.io/pre-shared-certs shared has no effect here");
    }

    /// <summary>The thumbprint of the certificate that the VIP shows for a name; null where it refuses to speak TLS.</summary>
    private static async Task<string?> ServedAsync(RunningIngress ingress, string name)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, ingress.Client.BaseAddress!.Port);
        await using var tls = new SslStream(socket.GetStream(), false, (_, _, _, _) => true);
        try
        {
            await tls.AuthenticateAsClientAsync(name).WaitAsync(TimeSpan.FromSeconds(20));
            return tls.RemoteCertificate!.GetCertHashString();
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return null;
        }
    }
}
