using System.Collections.Immutable;
using System.Net;
using Emulator.Mesh;
using Emulator.Mesh.Conversion;
using Emulator.Tests.Mesh;

namespace Emulator.Tests.DataPlane;

/// <summary>The Sidecar kind: what pods may know port by port, and which of their ports takes what comes in.</summary>
public sealed class SidecarTests
{
    [Fact]
    public async Task What_comes_to_a_port_goes_to_the_port_inside_that_the_ingress_listener_names()
    {
        await using var lab = await MeshLab.StartAsync();
        Apply(lab, "{workloadSelector: {labels: {app: whereami}}, ingress: [{port: {number: 9080, protocol: HTTP, name: http}, defaultEndpoint: '127.0.0.1:8080'}]}");
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        lab.Endpoints[0] = lab.Endpoints[0] with { Address = TestControlPlane.At("10.10.0.1:9080") };
        var (client, _) = await lab.GatewayAsync();

        Assert.Equal("us-1", await client.GetStringAsync("/"));
    }

    [Theory]
    [InlineData("{egress: [{port: {number: 80, protocol: HTTP, name: http}, hosts: ['./*']}, {hosts: ['other/*']}]}", HttpStatusCode.OK)]
    [InlineData("{egress: [{port: {number: 80, protocol: HTTP, name: http}, hosts: ['other/*']}, {hosts: ['./*']}]}", HttpStatusCode.BadGateway)]
    [InlineData("{egress: [{port: {number: 90, protocol: HTTP, name: http}, hosts: ['other/*']}, {hosts: ['./*']}]}", HttpStatusCode.OK)]
    public async Task A_listener_for_a_port_says_alone_what_is_known_there(string spec, HttpStatusCode expected)
    {
        await using var lab = await MeshLab.StartAsync();
        Apply(lab, spec);
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        using var client = await lab.CallerAsync();

        Assert.Equal(expected, (await client.GetAsync($"http://{MeshLab.Host}/")).StatusCode);
    }

    [Theory]
    [InlineData("destinationSubnets: [10.255.0.0/16]", "v2")]
    [InlineData("destinationSubnets: [10.99.0.0/16]", "v1")]
    [InlineData("sourceSubnet: 10.10.0.3", "v2")]
    [InlineData("sourceSubnet: 10.20.0.0/16", "v1")]
    public async Task A_tcp_rule_may_be_for_some_addresses_only(string match, string expected)
    {
        await using var lab = await MeshLab.StartAsync();
        var rules = MeshYaml.Read(
            $"{{tcp: [{{match: [{{{match}}}], route: [{{destination: {{host: {MeshLab.Host}, subset: v2, port: {{number: 80}}}}}}]}}, {{route: [{{destination: {{host: {MeshLab.Host}, subset: v1, port: {{number: 80}}}}}}]}}]}}").Single();
        foreach (var (name, address) in ((string, string)[])[("v1", "10.10.0.1"), ("v2", "10.10.0.2")])
        {
            lab.Subsets = lab.Subsets.Add(name, new MeshSubset(name, ImmutableDictionary<string, string>.Empty.Add("version", name), null));
            var (pod, _, _) = await lab.PodAsync("us", name, address, $$"""{"version":"{{name}}"}""");
            pod.Streams[8080] = async (stream, _) => await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(name));
        }

        lab.With = snapshot => snapshot with { VirtualServices = [new("whereami", "tcp", [MeshLab.Host], ["mesh"], []) { Streams = [.. StreamRouteConversion.Convert(rules, "whereami")] }] };
        var (caller, _, proxy) = await lab.PodAsync("us", "caller", "10.10.0.3", listed: false);
        lab.Publish();
        await MeshLab.ReadyAsync(proxy);

        await using var carried = await caller.OutboundStreams!(IPEndPoint.Parse("10.255.10.7:80"), null, TestContext.Current.CancellationToken);

        Assert.Equal(expected, await new StreamReader(carried!).ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    private static void Apply(MeshLab lab, string spec)
    {
        var inputs = new MeshInputs
        {
            Local = new ClusterObjects { Cluster = "us" },
            Sidecars = [.. MeshYaml.Read($"{{kind: Sidecar, metadata: {{name: s, namespace: whereami}}, spec: {spec}}}")],
        };
        lab.With = snapshot => snapshot with { Sidecars = SidecarConversion.Convert(inputs), RegistryOnly = true };
    }
}
