using System.Collections.Immutable;
using System.Net;
using Emulator.Mesh;
using Microsoft.AspNetCore.Http;
using Testing;

namespace Emulator.Tests.DataPlane;

public sealed class MutualTlsTests
{
    [Fact]
    public async Task Strict_refuses_plain_text_and_permissive_takes_it()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.PeerAuthentications = [Policy("whereami", "STRICT")];
        var (_, _, proxy) = await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (gateway, _) = await lab.GatewayAsync();
        await MeshLab.ReadyAsync(proxy);
        using var plain = lab.Us.Client("10.10.0.9:4000", "10.10.0.1:8080");

        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetStringAsync("/"));
        Assert.Equal("us-1", await gateway.GetStringAsync("/"));

        lab.PeerAuthentications = [Policy("istio-system", "STRICT"), Policy("whereami", "PERMISSIVE")];
        lab.Publish();
        await Eventually.HoldsAsync(async () => await AnswersAsync(plain), "plain text is taken");
        Assert.Equal("us-1", await gateway.GetStringAsync("/"));
    }

    [Fact]
    public async Task Health_of_the_proxy_is_open_under_strict()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.PeerAuthentications = [Policy("whereami", "STRICT")];
        lab.Publish();
        var (_, _, proxy) = await lab.PodAsync("us", "us-1", "10.10.0.1");
        await MeshLab.ReadyAsync(proxy);
        using var plain = lab.Us.Client("10.10.0.9:4000", "10.10.0.1:15021");

        Assert.Equal(HttpStatusCode.OK, (await plain.GetAsync("/healthz/ready")).StatusCode);
    }

    [Fact]
    public async Task The_server_learns_the_identity_of_its_client()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context => context.Response.WriteAsync(context.Request.Headers["x-forwarded-client-cert"].ToString()));
        var (gateway, _) = await lab.GatewayAsync();

        var certificate = await gateway.GetStringAsync("/");

        Assert.StartsWith("By=spiffe://cluster.local/ns/whereami/sa/default;Hash=", certificate, StringComparison.Ordinal);
        Assert.EndsWith(";URI=spiffe://cluster.local/ns/istio-ingress/sa/default", certificate, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_client_outside_the_mesh_claims_of_itself_is_not_handed_on()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context => context.Response.WriteAsync(
            $"{context.Request.Headers["x-forwarded-proto"]} {context.Request.Headers["x-forwarded-client-cert"]}"));
        var (gateway, _) = await lab.GatewayAsync();
        using var plain = lab.Us.Client("10.10.0.9:4000", "10.10.0.1:8080");
        foreach (var client in (HttpClient[])[gateway, plain])
        {
            client.DefaultRequestHeaders.Add("x-forwarded-proto", "https");
            client.DefaultRequestHeaders.Add("x-forwarded-client-cert", "URI=spiffe://cluster.local/ns/whereami/sa/admin");
        }

        var through = await gateway.GetStringAsync("/");
        Assert.StartsWith("http By=spiffe://cluster.local/ns/whereami/sa/default;Hash=", through, StringComparison.Ordinal);
        Assert.DoesNotContain("admin", through, StringComparison.Ordinal);
        Assert.Equal("https ", await plain.GetStringAsync("/"));
    }

    [Fact]
    public async Task A_server_with_another_identity_than_expected_is_not_spoken_to()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        lab.Endpoints[0] = lab.Endpoints[0] with { Identity = "spiffe://cluster.local/ns/whereami/sa/other" };
        var (gateway, _) = await lab.GatewayAsync();

        var answer = await gateway.GetAsync("/");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("TLS_error", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(lab.Served.ContainsKey("us-1"));
    }

    [Fact]
    public async Task A_certificate_from_another_root_is_refused()
    {
        await using var lab = await MeshLab.StartAsync();
        var (pod, _) = lab.Us.Pod("stranger", "10.10.0.3");
        var other = new TestControlPlane();
        lab.Endpoints.Add(new MeshEndpoint
        {
            ServicePort = 80,
            Address = TestControlPlane.At("10.10.0.3:8080"),
            Underlay = lab.Us.Underlay,
            Cluster = "us",
            Identity = "spiffe://cluster.local/ns/whereami/sa/default",
        });
        lab.Publish();
        other.Publish(lab.Control.Current!);
        var proxy = await lab.StartProxyAsync(lab.Us, MeshLab.Context(pod, "{}", gateway: false), other);
        await MeshLab.ReadyAsync(proxy);
        var (gateway, _) = await lab.GatewayAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Certificates_are_renewed_before_they_end_and_traffic_goes_on()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Control.Lifetime = TimeSpan.FromSeconds(5);
        var (_, _, proxy) = await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (gateway, _) = await lab.GatewayAsync();
        await MeshLab.ReadyAsync(proxy);
        var before = lab.Control.Issued;

        await Eventually.HoldsAsync(
            async () =>
            {
                Assert.Equal("us-1", await gateway.GetStringAsync("/"));
                return lab.Control.Issued >= before + 2;
            },
            "certificates are renewed");
    }

    [Fact]
    public async Task A_sidecar_without_a_certificate_refuses_and_is_not_ready()
    {
        await using var lab = await MeshLab.StartAsync();
        var (_, _, proxy) = await lab.PodAsync("us", "us-1", "10.10.0.1");
        using var plain = lab.Us.Client("10.10.0.9:4000", "10.10.0.1:15021");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await plain.GetAsync("/healthz/ready")).StatusCode);
        lab.Publish();
        await MeshLab.ReadyAsync(proxy);
    }

    private static MeshPeerAuthentication Policy(string ns, string mode) =>
        new(ns, "default", ImmutableDictionary<string, string>.Empty, mode, ImmutableDictionary<int, string>.Empty);

    private static async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            return await client.GetStringAsync("/") == "us-1";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
