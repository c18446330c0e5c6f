using System.Text.Json.Nodes;

namespace Emulator.Mesh.Conversion;

/// <summary>What the mesh reads of one cluster to find its services and endpoints.</summary>
internal sealed record ClusterObjects
{
    /// <summary>The cluster's name in the mesh.</summary>
    public required string Cluster { get; init; }

    public IReadOnlyList<JsonObject> Services { get; init; } = [];

    public IReadOnlyList<JsonObject> EndpointSlices { get; init; } = [];

    public IReadOnlyList<JsonObject> Pods { get; init; } = [];

    public IReadOnlyList<JsonObject> Nodes { get; init; } = [];
}
