using System.Text.Json.Nodes;
using Emulator.Mesh.Conversion;
using Emulator.Storage;
using Testing;

namespace Emulator.Tests.Mesh;

/// <summary>Golden tests: each folder has one YAML file per cluster, and the snapshot and the findings of cluster us that come of them.</summary>
public sealed class SnapshotConversionTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "tests", "Emulator.Tests", "Mesh", "Golden");

    [Theory]
    [InlineData("two-clusters")]
    [InlineData("whereami-gateway")]
    [InlineData("routes")]
    [InlineData("destination-rules")]
    [InlineData("service-entries")]
    [InlineData("faults")]
    [InlineData("policies")]
    [InlineData("security")]
    [InlineData("traffic-rules")]
    public void Objects_become_the_snapshot_in_the_golden_file(string name)
    {
        var folder = Path.Combine(Folder, name);
        var findings = new List<Finding>();
        var snapshot = SnapshotBuilder.Build(Read(folder), findings);
        Compare(Path.Combine(folder, "snapshot.json"), MeshSnapshotJson.Write(snapshot));
        Compare(Path.Combine(folder, "findings.txt"), string.Concat(findings.Select(finding => finding + "\n")));
    }

    /// <summary>LAB_GOLDEN=write replaces the files, for a look at the difference in git.</summary>
    private static void Compare(string file, string actual)
    {
        if (Environment.GetEnvironmentVariable("LAB_GOLDEN") == "write")
        {
            File.WriteAllText(file, actual);
        }

        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), actual);
    }

    private static MeshInputs Read(string folder)
    {
        var clusters = Directory.EnumerateFiles(folder, "*.yaml")
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => MeshYaml.Read(File.ReadAllText(file)));
        var local = clusters["us"];
        return new MeshInputs
        {
            Local = Cluster("us", local),
            Remotes = [.. clusters.Where(cluster => cluster.Key != "us").Select(cluster => Cluster(cluster.Key, cluster.Value))],
            Settings = new MeshSettings { TracingSampling = 100, LocalityLoadBalancing = false },
            Gateways = Of(local, "Gateway"),
            VirtualServices = Of(local, "VirtualService"),
            DestinationRules = Of(local, "DestinationRule"),
            ServiceEntries = Of(local, "ServiceEntry"),
            PeerAuthentications = Of(local, "PeerAuthentication"),
            RequestAuthentications = Of(local, "RequestAuthentication"),
            AuthorizationPolicies = Of(local, "AuthorizationPolicy"),
            Sidecars = Of(local, "Sidecar"),
            Telemetries = Of(local, "Telemetry"),
            Secret = (ns, name) => Of(local, "Secret").SingleOrDefault(item => item.Namespace() == ns && item.Name() == name),
            Addresses = new MeshInputs { Local = Cluster("us", []) }.Addresses.Add("api.example.com", [System.Net.IPAddress.Parse("127.0.0.6")]),
        };
    }

    private static ClusterObjects Cluster(string name, IReadOnlyList<JsonObject> objects) => new()
    {
        Cluster = name,
        Services = Of(objects, "Service"),
        EndpointSlices = Of(objects, "EndpointSlice"),
        Pods = Of(objects, "Pod"),
        Nodes = Of(objects, "Node"),
    };

    private static List<JsonObject> Of(IEnumerable<JsonObject> objects, string kind) => [.. objects.Where(item => item.Kind() == kind)];
}
