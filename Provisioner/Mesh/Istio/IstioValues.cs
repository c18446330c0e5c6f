using System.Text.Json.Nodes;
using Provisioner.Telemetry;

namespace Provisioner.Mesh.Istio;

/// <summary>The values of Istio's charts: one mesh of several primary clusters on one flat network, at the size of a laptop.</summary>
internal static class IstioValues
{
    public const string MeshId = "mesh1";

    /// <summary>The same in every cluster: pods reach each other directly, and no east-west gateway is needed.</summary>
    public const string Network = "network1";

    public const string TracingProvider = "lab-otlp";

    /// <summary>All charts for one cluster, in the order of their installation.</summary>
    /// <param name="cluster">The cluster's name in the mesh.</param>
    /// <param name="settings">What differs between installations.</param>
    public static IReadOnlyList<IstioChart> Charts(string cluster, MeshSettings settings) =>
    [
        // The webhook that validates Istio's objects asks the istiod of this revision.
        new(IstioChart.Base, "base", new JsonObject { ["defaultRevision"] = IstioRelease.Revision }),
        new(IstioChart.Istiod, "istiod", Istiod(cluster, settings)),
    ];

    private static JsonObject Istiod(string cluster, MeshSettings settings) => new()
    {
        ["revision"] = IstioRelease.Revision,
        ["autoscaleEnabled"] = false,
        ["replicaCount"] = 1,
        ["resources"] = Requests("50m", "256Mi"),
        ["env"] = new JsonObject
        {
            // Istio's 30 s would let one dead peer keep a restarted istiod from getting ready for that long.
            ["PILOT_REMOTE_CLUSTER_TIMEOUT"] = "10s",
        },
        ["global"] = new JsonObject
        {
            ["meshID"] = MeshId,
            ["network"] = Network,
            ["multiCluster"] = new JsonObject { ["clusterName"] = cluster },
            ["imagePullPolicy"] = settings.Offline ? "Never" : "IfNotPresent",
            ["defaultPodDisruptionBudget"] = new JsonObject { ["enabled"] = false },
            ["proxy"] = new JsonObject { ["resources"] = Requests("10m", "64Mi") },
        },
        ["meshConfig"] = MeshConfig(settings),
    };

    private static JsonObject MeshConfig(MeshSettings settings)
    {
        var mesh = new JsonObject
        {
            // As in Cloud Service Mesh: locality would hide that requests alternate between the clusters.
            ["localityLbSetting"] = new JsonObject { ["enabled"] = false },
        };
        if (settings.RelayImage is not null)
        {
            mesh["extensionProviders"] = new JsonArray(new JsonObject
            {
                ["name"] = TracingProvider,
                ["opentelemetry"] = new JsonObject { ["service"] = RelayObjects.Host, ["port"] = RelayObjects.GrpcPort },
            });
            // Every cluster has a relay of this name; spans must not leave for another cluster's.
            mesh["serviceSettings"] = new JsonArray(new JsonObject
            {
                ["settings"] = new JsonObject { ["clusterLocal"] = true },
                ["hosts"] = new JsonArray($"*.{RelayObjects.Namespace}.svc.cluster.local"),
            });
        }

        return mesh;
    }

    private static JsonObject Requests(string cpu, string memory) =>
        new() { ["requests"] = new JsonObject { ["cpu"] = cpu, ["memory"] = memory } };
}
