namespace Emulator.Api.Discovery;

/// <summary>The order in which a kube-apiserver lists its groups (kube-aggregator, group priority minimum).</summary>
internal static class GroupOrder
{
    private static readonly string[] Known =
    [
        "apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io",
        "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "storage.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io",
        "scheduling.k8s.io", "coordination.k8s.io", "node.k8s.io", "discovery.k8s.io",
    ];

    /// <summary>Served by another server in a real cluster, and so behind the groups of custom resources.</summary>
    private const string Aggregated = "metrics.k8s.io";

    public static int Rank(string group) => Array.IndexOf(Known, group) is var at and >= 0 ? at : group == Aggregated ? Known.Length + 1 : Known.Length;
}
