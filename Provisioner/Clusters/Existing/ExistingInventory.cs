using System.Text.Json.Nodes;
using Provisioner.Kubernetes;
using Provisioner.Mesh;
using Provisioner.Plan;
using Provisioner.Telemetry;

namespace Provisioner.Clusters.Existing;

/// <summary>What of the kinds and namespaces that the lab uses is already in a cluster, and whose it is.</summary>
internal static class ExistingInventory
{
    // Istio's kinds, and those of the global ingress.
    private static readonly string[] Groups = [".istio.io", ".networking.gke.io", ".cloud.google.com"];

    /// <summary>The namespaces that the lab makes and fills.</summary>
    public static IReadOnlyList<string> Namespaces(LabPlan plan) => [plan.Namespace, plan.GatewayNamespace, RemoteSecret.Namespace, RelayObjects.Namespace];

    /// <summary>Objects that stand in the lab's way because others made them; pure, for what a cluster has.</summary>
    /// <param name="cluster">The cluster's name in the lab.</param>
    /// <param name="context">Its context in the user's kubeconfig.</param>
    /// <param name="plan">The lab.</param>
    /// <param name="namespaces">The cluster's namespaces.</param>
    /// <param name="definitions">The cluster's CustomResourceDefinitions.</param>
    public static IReadOnlyList<Problem> Problems(
        string cluster, string context, LabPlan plan, IReadOnlyList<JsonObject> namespaces, IReadOnlyList<JsonObject> definitions)
    {
        var taken = namespaces.Where(ns => Namespaces(plan).Contains(ns.Name()) && !Ownership.Is(ns)).Select(ns => ns.Name()).ToArray();
        var istio = IsMeshOurs(namespaces) ? [] : definitions.Where(item => IsIstios(item) && !Ownership.Is(item)).Select(item => item.Name()).ToArray();
        return
        [
            .. taken.Select(ns => new Problem(
                $"cluster {cluster} ({context}) already has a namespace {ns} that is not the lab's, and the lab touches nothing of others",
                ns == plan.Namespace ? "Take another name: --Lab:Namespace=NAME, or remove that namespace yourself"
                    : ns == plan.GatewayNamespace ? "Take another name: --Lab:GatewayNamespace=NAME, or remove that namespace yourself"
                    : $"Remove it yourself when nobody needs it: kubectl --context {context} delete namespace {ns}; or take other clusters")),
            .. istio.Length == 0 ? [] : new[]
            {
                new Problem(
                    $"cluster {cluster} ({context}) already has {istio.Length} of Istio's kinds, such as {istio[0]}: another mesh is, or was, installed there",
                    "Take a cluster without a mesh, or remove that mesh and its kinds yourself"),
            },
        ];
    }

    /// <summary>What the lab will change, for its user to read before anything is.</summary>
    public static IReadOnlyList<string> Changes(string cluster, string context, LabPlan plan, string installer) =>
    [
        $"{cluster} is the context {context}; in it the lab makes the namespaces {string.Join(", ", Namespaces(plan).SkipLast(1))}, and fills only these;",
        $"  installs Istio {Mesh.Istio.IstioRelease.Version} (revision {Mesh.Istio.IstioRelease.Revision}) with {installer}: its CustomResourceDefinitions, ClusterRoles and webhooks carry the revision or the release istio-base;",
        "  adds the kinds MultiClusterIngress, MultiClusterService, BackendConfig and FrontendConfig where they are not known yet;",
        "  and changes nothing else. All of it is taken back by: dotnet run --project Provisioner -- down",
    ];

    /// <summary>Istio's kinds that came with the lab's mesh and do not say so yet: Helm and istioctl leave them behind, as they do those of others.</summary>
    public static IReadOnlyList<JsonObject> Unmarked(IReadOnlyList<JsonObject> namespaces, IReadOnlyList<JsonObject> definitions) =>
        IsMeshOurs(namespaces) ? [.. definitions.Where(item => IsIstios(item) && !Ownership.Is(item))] : [];

    /// <summary>Cluster-wide definitions that the lab made, which no namespace takes away with it.</summary>
    public static IReadOnlyList<JsonObject> Left(IReadOnlyList<JsonObject> definitions) =>
        [.. definitions.Where(item => Groups.Any(group => item.Name().EndsWith(group, StringComparison.Ordinal)) && Ownership.Is(item))];

    // The lab makes the mesh's namespace only where no kind of Istio's was before: what came afterwards came with it.
    private static bool IsMeshOurs(IReadOnlyList<JsonObject> namespaces) => namespaces.Any(ns => ns.Name() == RemoteSecret.Namespace && Ownership.Is(ns));

    private static bool IsIstios(JsonObject definition) => definition.Name().EndsWith(".istio.io", StringComparison.Ordinal);
}
