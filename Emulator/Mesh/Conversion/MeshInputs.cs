using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Emulator.Mesh.GatewayApi;

namespace Emulator.Mesh.Conversion;

/// <summary>All objects that one snapshot is made of.</summary>
internal sealed record MeshInputs
{
    public required ClusterObjects Local { get; init; }

    public IReadOnlyList<ClusterObjects> Remotes { get; init; } = [];

    public MeshSettings Settings { get; init; } = new();

    public IReadOnlyList<JsonObject> Gateways { get; init; } = [];

    public IReadOnlyList<JsonObject> VirtualServices { get; init; } = [];

    public IReadOnlyList<JsonObject> DestinationRules { get; init; } = [];

    public IReadOnlyList<JsonObject> ServiceEntries { get; init; } = [];

    public IReadOnlyList<JsonObject> PeerAuthentications { get; init; } = [];

    public IReadOnlyList<JsonObject> RequestAuthentications { get; init; } = [];

    public IReadOnlyList<JsonObject> AuthorizationPolicies { get; init; } = [];

    public IReadOnlyList<JsonObject> Telemetries { get; init; } = [];

    public IReadOnlyList<JsonObject> Sidecars { get; init; } = [];

    public IReadOnlyList<JsonObject> WorkloadEntries { get; init; } = [];

    public IReadOnlyList<JsonObject> Ingresses { get; init; } = [];

    public IReadOnlyList<JsonObject> IngressClasses { get; init; } = [];

    public GatewayApiObjects GatewayApi { get; init; } = new();

    /// <summary>All of Istio's resources among the inputs.</summary>
    public IReadOnlyList<JsonObject> Configuration =>
        [
            .. Gateways, .. VirtualServices, .. DestinationRules, .. ServiceEntries, .. PeerAuthentications,
            .. RequestAuthentications, .. AuthorizationPolicies, .. Telemetries, .. Sidecars, .. WorkloadEntries,
        ];

    /// <summary>Finds a local Secret, by namespace and name, for the TLS credentials of gateways.</summary>
    public Func<string, string, JsonObject?> Secret { get; init; } = (_, _) => null;

    /// <summary>The keys behind each <c>jwksUri</c>, as last fetched.</summary>
    public ImmutableDictionary<string, KeySet> KeySets { get; init; } = ImmutableDictionary<string, KeySet>.Empty;

    /// <summary>Addresses of the DNS names that ServiceEntries name, as last resolved.</summary>
    public ImmutableDictionary<string, ImmutableArray<IPAddress>> Addresses { get; init; } = ImmutableDictionary<string, ImmutableArray<IPAddress>>.Empty;
}
