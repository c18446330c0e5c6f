using System.Collections.Immutable;
using System.Net;
using Emulator.Mesh.Conversion;
using Emulator.Tests.Mesh;
using Testing;

namespace Emulator.Tests.DataPlane;

/// <summary>Who sees which rules and services: exportTo, and the order in which DestinationRules are looked up.</summary>
public sealed class VisibilityTests
{
    [Theory]
    [InlineData("whereami", "", 200)]
    [InlineData("whereami", "exportTo: ['.'],", 503)]
    [InlineData("whereami", "exportTo: [istio-ingress],", 200)]
    [InlineData("istio-ingress", "exportTo: ['.'],", 200)]
    [InlineData("istio-system", "", 200)]
    [InlineData("istio-system", "exportTo: [whereami],", 503)]
    [InlineData("other", "", 503)]
    [InlineData("istio-ingress", "workloadSelector: {matchLabels: {istio: ingressgateway}},", 200)]
    [InlineData("istio-ingress", "workloadSelector: {matchLabels: {istio: egressgateway}},", 503)]
    public async Task A_destination_rule_is_in_force_for_those_who_see_it(string ns, string fields, int expected)
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Routes = [new() { Destinations = [MeshLab.To("v1")] }];
        var inputs = new MeshInputs
        {
            Local = new ClusterObjects { Cluster = "us" },
            DestinationRules = [.. MeshYaml.Read($"{{kind: DestinationRule, metadata: {{name: r, namespace: {ns}}}, spec: {{host: {MeshLab.Host}, {fields} subsets: [{{name: v1, labels: {{app: whereami}}}}]}}}}")],
        };
        lab.With = snapshot =>
        {
            var services = snapshot.Services.ToDictionary();
            DestinationRuleConversion.Apply(services, inputs, []);
            return snapshot with { Services = services.ToImmutableDictionary(), AccessLog = true };
        };
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (client, _) = await lab.GatewayAsync();

        Assert.Equal(expected, (int)(await client.GetAsync("/")).StatusCode);
        if (expected == 503)
        {
            await Eventually.HoldsAsync(() => lab.Log.Any(line => line.Contains("\" 503 NC cluster_not_found ", StringComparison.Ordinal)), "there is no cluster of a subset that nobody sees");
        }
    }

    [Fact]
    public async Task A_service_entry_is_known_where_it_is_exported_to_and_each_namespace_may_have_its_own()
    {
        await using var lab = await MeshLab.StartAsync();
        Entries(
            lab,
            "{metadata: {name: a, namespace: other}, spec: {exportTo: ['.'], hosts: [db.example], ports: [{number: 80, name: http, protocol: HTTP}], resolution: STATIC, endpoints: [{address: 10.10.0.8, ports: {http: 8080}}]}}",
            "{metadata: {name: b, namespace: whereami}, spec: {exportTo: [whereami], hosts: [db.example], ports: [{number: 80, name: http, protocol: HTTP}], resolution: STATIC, endpoints: [{address: 10.10.0.1, ports: {http: 8080}}]}}",
            "{metadata: {name: c, namespace: other}, spec: {exportTo: ['~'], hosts: [hidden.example], ports: [{number: 80, name: http, protocol: HTTP}], resolution: STATIC, endpoints: [{address: 10.10.0.1, ports: {http: 8080}}]}}");
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        using var client = await lab.CallerAsync();

        Assert.Equal("us-1", await client.GetStringAsync("http://db.example/"));
        Assert.Equal(HttpStatusCode.BadGateway, (await client.GetAsync("http://hidden.example/")).StatusCode);
    }

    [Fact]
    public async Task A_service_entry_selects_machines_and_pods_by_their_labels()
    {
        await using var lab = await MeshLab.StartAsync();
        Entries(lab, "{metadata: {name: a, namespace: whereami}, spec: {hosts: [vm.example], workloadSelector: {labels: {app: vm}}, ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}], resolution: STATIC}}");
        await lab.PodAsync("us", "machine", "10.10.0.1", listed: false);
        await lab.PodAsync("us", "pod", "10.10.0.2", listed: false);
        using var client = await lab.CallerAsync();
        var seen = new HashSet<string>();

        await Eventually.HoldsAsync(
            async () =>
            {
                seen.Add(await client.GetStringAsync("http://vm.example/"));
                return seen.Count == 2;
            },
            "both answer");
        Assert.Equal(["machine", "pod"], seen.Order());
    }

    private static void Entries(MeshLab lab, params string[] entries)
    {
        var inputs = new MeshInputs
        {
            Local = new ClusterObjects
            {
                Cluster = "us",
                Pods = [.. MeshYaml.Read("{kind: Pod, metadata: {name: pod, namespace: whereami, labels: {app: vm, security.istio.io/tlsMode: istio}}, spec: {}, status: {podIP: 10.10.0.2, conditions: [{type: Ready, status: 'True'}]}}")],
            },
            ServiceEntries = [.. entries.SelectMany(MeshYaml.Read)],
            WorkloadEntries = [.. MeshYaml.Read("{kind: WorkloadEntry, metadata: {name: machine, namespace: whereami}, spec: {address: 10.10.0.1, labels: {app: vm}, ports: {http: 8080}, serviceAccount: default}}")],
        };
        lab.With = snapshot =>
        {
            var services = snapshot.Services.ToDictionary();
            ServiceEntryConversion.Add(services, inputs);
            return snapshot with { Services = services.ToImmutableDictionary(), RegistryOnly = true };
        };
    }
}
