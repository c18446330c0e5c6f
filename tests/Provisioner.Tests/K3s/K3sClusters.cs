using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Mesh;
using Provisioner.Plan;
using Provisioner.Tests.Running;
using Testing;

namespace Provisioner.Tests.K3s;

/// <summary>Two embedded clusters whose API stands in for k3s's, and an engine that keeps each node's routes in a file.</summary>
public sealed class K3sClusters : IAsyncDisposable
{
    private const string Engine = """
        #!/bin/sh
        folder=$(dirname "$0")
        echo "$@" >> "$folder/engine.log"
        case "$1" in
          ps) ;;
          container) echo "Error: No such container: $3" >&2; exit 1;;
          exec)
            table="$folder/$2.routes"; shift 2; touch "$table"
            case "$*" in
              "ip -4 route show") cat "$table";;
              "ip route replace "*) grep -v "^$4 " "$table" > "$table.new"; echo "$4 via $6 dev eth0" >> "$table.new"; mv "$table.new" "$table";;
              "ip route del "*) grep -v "^$4 " "$table" > "$table.new"; mv "$table.new" "$table";;
              *) echo "unexpected: $*" >&2; exit 1;;
            esac;;
          *) echo "unexpected: $*" >&2; exit 1;;
        esac
        """;

    private readonly TemporaryFolder folder = new();
    private readonly EmbeddedClusters processes;
    private Task? start;

    public K3sClusters() => processes = new EmbeddedClusters(folder.Path);

    internal LabPlan Plan { get; private set; } = null!;

    internal Provisioner.Clusters.Lab Lab { get; private set; } = null!;

    internal LabCluster Us => Lab["us"];

    internal LabCluster Asia => Lab["asia"];

    /// <summary>Starts the clusters for the first test that asks, or skips each: a fixture that skips while it is made would fail them.</summary>
    public Task StartAsync() => start ??= StartClustersAsync();

    public async ValueTask DisposeAsync()
    {
        Lab?.Dispose();
        await processes.DisposeAsync();
        folder.Dispose();
    }

    internal string RoutesOf(string cluster)
    {
        var file = folder.File($"bin/lab-demo-{cluster}.routes");
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }

    internal void SetRoutes(string cluster, string routes) => File.WriteAllText(folder.File($"bin/lab-demo-{cluster}.routes"), routes);

    internal static Kubectl KubectlOf(LabCluster cluster) => new(cluster.Plan.Kubeconfig);

    private async Task StartClustersAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the engine of this test is a shell script");
        Tool.Require("kubectl");
        var plan = K3sPlans.Make(folder.Path, 2, Script.Write(Path.Combine(folder.File("bin"), "docker"), Engine));
        Plan = plan with
        {
            Clusters = [.. plan.Clusters.Select(cluster => cluster with { Kubeconfig = processes.KubeconfigOf(cluster.Name), GatewayPort = FreePort.Next() })],
        };
        await processes.StartAsync(Plan);
        Lab = new Provisioner.Clusters.Lab(Plan);
        foreach (var cluster in Lab.Clusters)
        {
            var nodes = await cluster.Api.ListAsync(KubeResource.Nodes, null, "", TestContext.Current.CancellationToken);
            await KubectlOf(cluster).RunAsync("label", "node", nodes["items"]![0]!.AsObject().Name(), "node-role.kubernetes.io/control-plane=true");

            // The reader's account and its token, as Istio's charts and the lab make them.
            await cluster.Api.ApplyAsync(null, [.. EmbeddedMesh.Objects(cluster.Name).Where(item => item.Kind() is "Namespace" or "ServiceAccount" or "Secret")], TestContext.Current.CancellationToken);
        }
    }
}
