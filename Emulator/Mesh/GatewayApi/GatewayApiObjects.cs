using System.Text.Json.Nodes;

namespace Emulator.Mesh.GatewayApi;

/// <summary>All objects of the Gateway API, and the namespaces that listeners choose by.</summary>
internal sealed record GatewayApiObjects
{
    public IReadOnlyList<JsonObject> Classes { get; init; } = [];

    public IReadOnlyList<JsonObject> Gateways { get; init; } = [];

    /// <summary>HTTPRoutes, GRPCRoutes, TCPRoutes and TLSRoutes.</summary>
    public IReadOnlyList<JsonObject> Routes { get; init; } = [];

    public IReadOnlyList<JsonObject> Grants { get; init; } = [];

    public IReadOnlyList<JsonObject> Namespaces { get; init; } = [];
}
