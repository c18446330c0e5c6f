using System.Collections.Immutable;
using Emulator.DataPlane.Proxy;
using Emulator.Mesh;

namespace Emulator.DataPlane.Identity;

/// <summary>Which workloads a policy with a selector holds for.</summary>
internal static class PolicyScope
{
    private const string DefaultRoot = "istio-system";

    public static string Root(MeshSnapshot snapshot) => snapshot.RootNamespace ?? DefaultRoot;

    /// <summary>A policy is for its own namespace, in the root namespace for all; its selector narrows that down.</summary>
    public static bool Holds(MeshSnapshot snapshot, string ns, ImmutableDictionary<string, string> selector, ProxyWorkload workload) =>
        (ns == workload.Namespace || ns == Root(snapshot)) && PeerPolicy.Selects(selector, workload.Labels);
}
