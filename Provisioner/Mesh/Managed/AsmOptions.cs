using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Kubernetes;

namespace Provisioner.Mesh.Managed;

/// <summary>The ConfigMap by which a cluster says whether its managed mesh takes in the fleet's other clusters.</summary>
internal static class AsmOptions
{
    public const string Name = "asm-options";
    public const string Connected = "connected";
    public const string Disconnected = "disconnected";

    private const string Key = "multicluster_mode";

    public static async Task<string?> ModeAsync(LabCluster cluster, CancellationToken cancellation) =>
        (await cluster.Api.GetAsync(KubeResource.ConfigMaps, RemoteSecret.Namespace, Name, cancellation))?["data"]?[Key]?.ToString();

    /// <summary>Sets the mode; the ConfigMap, which Google makes, keeps what else is in it.</summary>
    public static Task SetAsync(LabCluster cluster, string mode, CancellationToken cancellation) => cluster.Api.ApplyAsync(
        KubeResource.ConfigMaps,
        RemoteSecret.Namespace,
        new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = Name },
            ["data"] = new JsonObject { [Key] = mode },
        },
        cancellation);

    public static string ByHand(LabCluster cluster, string mode) =>
        $"kubectl --context {cluster.Name} --namespace {RemoteSecret.Namespace} patch configmap {Name} --type merge --patch '{{\"data\":{{\"{Key}\":\"{mode}\"}}}}'";
}
