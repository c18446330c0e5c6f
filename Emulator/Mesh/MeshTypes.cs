using Emulator.Storage;

namespace Emulator.Mesh;

/// <summary>Istio's resource types, as far as the control plane reads them.</summary>
internal static class MeshTypes
{
    public const string SystemNamespace = "istio-system";

    public static readonly ResourceType Gateways = new("networking.istio.io", "gateways");
    public static readonly ResourceType VirtualServices = new("networking.istio.io", "virtualservices");
    public static readonly ResourceType DestinationRules = new("networking.istio.io", "destinationrules");
    public static readonly ResourceType ServiceEntries = new("networking.istio.io", "serviceentries");
    public static readonly ResourceType WorkloadEntries = new("networking.istio.io", "workloadentries");
    public static readonly ResourceType PeerAuthentications = new("security.istio.io", "peerauthentications");
    public static readonly ResourceType Sidecars = new("networking.istio.io", "sidecars");
    public static readonly ResourceType RequestAuthentications = new("security.istio.io", "requestauthentications");
    public static readonly ResourceType AuthorizationPolicies = new("security.istio.io", "authorizationpolicies");
    public static readonly ResourceType Telemetries = new("telemetry.istio.io", "telemetries");
}
