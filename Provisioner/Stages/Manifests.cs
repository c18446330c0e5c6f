using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Kubernetes;

namespace Provisioner.Stages;

/// <summary>The files of kube/.</summary>
internal static class Manifests
{
    public const string Whereami = "whereami.yaml";
    public const string DestinationRule = "destination-rule.yaml";
    public const string PeerAuthentication = "peer-authentication.yaml";
    public const string Gateway = "istio-ingressgateway";
    public const string Ingress = "asm-nw-ingress.yaml";
    public const string BackendConfig = "backendconfig.yaml";
    public const string MultiClusterService = "mcs.yaml";
    public const string MultiClusterIngress = "mci.yaml";

    public static readonly IReadOnlyList<string> All =
        [Whereami, DestinationRule, PeerAuthentication, Gateway, Ingress, BackendConfig, MultiClusterService, MultiClusterIngress];

    /// <summary>The objects of a file as one cluster gets them.</summary>
    public static IReadOnlyList<JsonObject> Read(Lab lab, LabCluster cluster, string name)
    {
        var objects = Read(lab, name);
        return name == Whereami && WhereamiOverlay.For(lab.Plan, cluster.Plan) is { } overlay ? overlay.Apply(objects) : objects;
    }

    /// <summary>The objects of a file, or of all files of a folder in the order of their names.</summary>
    /// <remarks>Read at each use: a corrected file counts at once.</remarks>
    public static IReadOnlyList<JsonObject> Read(Lab lab, string name)
    {
        var path = lab.Manifest(name);
        if (!Directory.Exists(path))
        {
            return YamlDocuments.Read(path);
        }

        return [.. Directory.EnumerateFiles(path, "*.yaml").Order(StringComparer.Ordinal).SelectMany(YamlDocuments.Read)];
    }
}
