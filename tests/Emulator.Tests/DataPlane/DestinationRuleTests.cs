using System.Collections.Immutable;
using System.Net;
using Emulator.Mesh;
using Emulator.Mesh.Conversion;
using Emulator.Tests.Mesh;
using Microsoft.AspNetCore.Http;
using Testing;

namespace Emulator.Tests.DataPlane;

/// <summary>DestinationRules as a user writes them, for the calls of a pod behind a sidecar.</summary>
public sealed class DestinationRuleTests
{
    [Fact]
    public async Task Mutual_TLS_asks_an_egress_gateway_for_the_name_that_the_rule_has()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Servers = [new(443, "HTTPS", ["edition.example", MeshLab.Host], new MeshGatewayTls("ISTIO_MUTUAL", null, null, false))];
        lab.Routes = [new() { DirectResponse = (200, "through the gateway") }];
        await lab.GatewayAsync();
        // An endpoint without a sidecar: a gateway is spoken to in plain text unless a rule says otherwise.
        lab.Endpoints.Add(new MeshEndpoint { ServicePort = 80, Address = TestControlPlane.At("10.10.9.9:443"), Cluster = "us", Pod = "gateway" });
        Apply(lab, "{trafficPolicy: {portLevelSettings: [{port: {number: 80}, tls: {mode: ISTIO_MUTUAL, sni: edition.example}}]}}");
        using var client = await lab.CallerAsync();

        Assert.Equal("through the gateway", await client.GetStringAsync($"http://{MeshLab.Host}/"));
    }

    [Theory]
    [InlineData("[spiffe://cluster.local/ns/whereami/sa/default]", HttpStatusCode.OK)]
    [InlineData("[spiffe://cluster.local/ns/other/sa/default]", HttpStatusCode.ServiceUnavailable)]
    public async Task Mutual_TLS_wants_one_of_the_names_that_the_rule_has(string names, HttpStatusCode expected)
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        Apply(lab, $"{{trafficPolicy: {{tls: {{mode: ISTIO_MUTUAL, subjectAltNames: {names}}}}}}}");
        using var client = await lab.CallerAsync();

        Assert.Equal(expected, (await client.GetAsync($"http://{MeshLab.Host}/")).StatusCode);
    }

    [Fact]
    public async Task Mutual_TLS_that_a_rule_wants_fails_where_there_is_no_sidecar()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Us.Pod("plain", "10.10.0.77");
        lab.Endpoints.Add(new MeshEndpoint { ServicePort = 80, Address = TestControlPlane.At("10.10.0.77:8080"), Cluster = "us", Pod = "plain" });
        Apply(lab, "{trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}");
        using var client = await lab.CallerAsync();

        var answer = await client.GetAsync($"http://{MeshLab.Host}/");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("TLS_error", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("{}", "us-2")]
    [InlineData("{retryIgnorePreviousHosts: false}", "us-1")]
    public async Task Further_attempts_keep_away_from_former_ones_unless_the_rule_says_otherwise(string retries, string last)
    {
        await using var lab = await MeshLab.StartAsync();
        var asked = new List<string>();
        foreach (var (name, address) in ((string, string)[])[("us-1", "10.10.0.1"), ("us-2", "10.10.0.2")])
        {
            await lab.PodAsync("us", name, address, serve: context =>
            {
                lock (asked)
                {
                    asked.Add(name);
                    context.Response.StatusCode = asked.Count == 1 ? 500 : 200;
                }

                return context.Response.WriteAsync(name);
            });
        }

        // Alike requests go to the same endpoint: a further attempt goes elsewhere only if it is told to.
        lab.Policy = new() { ConsistentHash = new("header", "x-user") };
        lab.Routes = [HttpRouteConversion.Convert(MeshYaml.Read(
            $"{{retries: {retries.Replace("{", "{attempts: 1, retryOn: 5xx, ").Replace(", }", "}")}, route: [{{destination: {{host: {MeshLab.Host}}}}}]}}").Single(), "whereami")];
        var (client, _) = await lab.GatewayAsync();
        client.DefaultRequestHeaders.Add("x-user", "ann");

        var answer = await client.GetStringAsync("/");

        Assert.Equal(last == "us-1", answer == asked[0]);
        Assert.Equal(2, asked.Count);
    }

    [Theory]
    [InlineData("consecutive5xxErrors: 1", false)]
    [InlineData("consecutive5xxErrors: 1, splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 100", true)]
    [InlineData("consecutive5xxErrors: 0, splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 1", false)]
    [InlineData("consecutive5xxErrors: 1, minHealthPercent: 60", true)]
    public async Task Connections_that_fail_eject_an_endpoint_as_the_rule_says(string detection, bool isAskedAgain)
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (_, attached, _) = await lab.PodAsync("us", "us-2", "10.10.0.2");
        Apply(lab, $"{{trafficPolicy: {{loadBalancer: {{simple: ROUND_ROBIN}}, outlierDetection: {{{detection}, baseEjectionTime: 10m, maxEjectionPercent: 100}}}}}}");
        lab.Routes = [new() { Retries = 0, Destinations = [MeshLab.To()] }];
        attached.Dispose();
        var (client, _) = await lab.GatewayAsync();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 8; i++)
        {
            statuses.Add((await client.GetAsync("/")).StatusCode);
        }

        Assert.Equal(isAskedAgain ? 4 : 1, statuses.Count(status => status == HttpStatusCode.ServiceUnavailable));
    }

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(1, 0.1)]
    [InlineData(30, 0.5)]
    [InlineData(60, 1)]
    [InlineData(90, 1)]
    public void The_share_of_a_new_endpoint_grows_with_its_age(int seconds, double share) =>
        Assert.Equal(share, Read("{trafficPolicy: {loadBalancer: {warmup: {duration: 60s}}}}").Warmup!.Share(TimeSpan.FromSeconds(seconds)), 3);

    [Fact]
    public async Task Endpoints_that_warm_up_together_all_answer()
    {
        await using var lab = await MeshLab.StartAsync();
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        await lab.PodAsync("us", "us-2", "10.10.0.2");
        Apply(lab, "{trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN, warmup: {duration: 1h, minimumPercent: 50, aggression: 2}}}}");
        var (client, _) = await lab.GatewayAsync();
        var seen = new HashSet<string>();

        await Eventually.HoldsAsync(
            async () =>
            {
                seen.Add(await client.GetStringAsync("/"));
                return seen.Count == 2;
            },
            "both answer");
    }

    private static void Apply(MeshLab lab, string spec) => lab.With = snapshot => snapshot with { Services = Ruled(snapshot.Services.ToDictionary(), spec).ToImmutableDictionary() };

    private static MeshTrafficPolicy Read(string spec) =>
        Ruled(new() { [MeshLab.Host] = new MeshService { Host = MeshLab.Host, Name = "whereami-service", Namespace = "whereami" } }, spec)[MeshLab.Host].Policy;

    private static Dictionary<string, MeshService> Ruled(Dictionary<string, MeshService> services, string spec)
    {
        var inputs = new MeshInputs
        {
            Local = new ClusterObjects { Cluster = "us" },
            DestinationRules = [.. MeshYaml.Read($"{{kind: DestinationRule, metadata: {{name: r, namespace: whereami}}, spec: {spec.Insert(1, $"host: {MeshLab.Host}, ")}}}")],
        };
        DestinationRuleConversion.Apply(services, inputs, []);
        return services;
    }
}
