using System.Collections.Immutable;
using System.Net;
using System.Text;
using Emulator.Mesh;
using Emulator.Mesh.Conversion;
using Emulator.Mesh.GatewayApi;
using Emulator.Storage;
using Emulator.Tests.Mesh;

namespace Emulator.Tests.DataPlane;

/// <summary>Routes of the Gateway API for calls between pods, and to what is outside the mesh.</summary>
public sealed class MeshRouteTests
{
    private const string Outside = """
        {kind: ServiceEntry, metadata: {name: cnn, namespace: whereami}, spec: {hosts: [edition.example], addresses: [240.240.0.9], resolution: STATIC, endpoints: [{address: 10.10.0.99}],
         ports: [{number: 80, name: http, protocol: HTTP}, {number: 443, name: tls, protocol: TLS}]}}
        """;

    [Fact]
    public async Task A_route_with_a_ServiceEntry_as_parent_leads_its_requests_elsewhere_and_says_so()
    {
        await using var lab = await MeshLab.StartAsync();
        var plan = Apply(lab, "{kind: HTTPRoute, metadata: {name: r, namespace: whereami}, spec: {parentRefs: [{group: networking.istio.io, kind: ServiceEntry, name: cnn}], rules: [{backendRefs: [{name: whereami-service, port: 80}]}]}}");
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        using var client = await lab.CallerAsync();

        Assert.Equal("us-1", await client.GetStringAsync("http://edition.example/"));
        Assert.Equal("True", plan().Statuses.Single().Status["parents"]![0]!["conditions"].Items().Single(condition => condition["type"].Text() == "Accepted")["status"].Text());
    }

    [Fact]
    public async Task A_TLSRoute_with_a_ServiceEntry_as_parent_leads_its_connections_elsewhere()
    {
        await using var lab = await MeshLab.StartAsync();
        Apply(lab, "{kind: TLSRoute, metadata: {name: r, namespace: whereami}, spec: {parentRefs: [{group: networking.istio.io, kind: ServiceEntry, name: cnn, port: 443}], rules: [{backendRefs: [{name: whereami-service, port: 80}]}]}}");
        var (pod, _, _) = await lab.PodAsync("us", "us-1", "10.10.0.1");
        pod.Streams[8080] = async (stream, _) => await stream.WriteAsync("us-1"u8.ToArray());
        var (caller, _, proxy) = await lab.PodAsync("us", "caller", "10.10.0.3", listed: false);
        lab.Publish();
        await MeshLab.ReadyAsync(proxy);

        await using var carried = await caller.OutboundStreams!(IPEndPoint.Parse("240.240.0.9:443"), "edition.example", TestContext.Current.CancellationToken);

        var answer = new byte[4];
        await carried!.ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
        Assert.Equal("us-1", Encoding.ASCII.GetString(answer));
    }

    [Fact]
    public async Task A_virtual_service_without_rules_for_the_pod_leaves_the_service_as_it_is()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.With = snapshot => snapshot with
        {
            VirtualServices =
            [
                new("whereami", "others", [MeshLab.Host], ["mesh"], [new() { Matches = [new() { SourceLabels = ImmutableDictionary<string, string>.Empty.Add("app", "other") }], DirectResponse = (418, "") }]),
                new("whereami", "streams", [MeshLab.Host], ["mesh"], []) { Streams = [new MeshStreamRoute(true, [], [MeshLab.To()])] },
            ],
        };
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        using var client = await lab.CallerAsync();

        Assert.Equal("us-1", await client.GetStringAsync($"http://{MeshLab.Host}/"));
    }

    private static Func<GatewayApiPlan> Apply(MeshLab lab, string route)
    {
        var plan = GatewayApiPlan.Empty;
        var inputs = new MeshInputs
        {
            Local = new ClusterObjects { Cluster = "us" },
            ServiceEntries = [.. MeshYaml.Read(Outside)],
            GatewayApi = new GatewayApiObjects { Routes = [.. MeshYaml.Read(route)] },
        };
        lab.With = snapshot =>
        {
            var services = snapshot.Services.ToDictionary();
            ServiceEntryConversion.Add(services, inputs);
            plan = GatewayApiConversion.Convert(inputs, services, []);
            return snapshot with { Services = services.ToImmutableDictionary(), VirtualServices = plan.VirtualServices };
        };
        return () => plan;
    }
}
