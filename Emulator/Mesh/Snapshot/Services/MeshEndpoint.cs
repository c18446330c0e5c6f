using System.Collections.Immutable;
using System.Net;

namespace Emulator.Mesh;

/// <summary>One pod port behind a service.</summary>
internal sealed record MeshEndpoint
{
    /// <summary>The port of the service that this endpoint serves.</summary>
    public required int ServicePort { get; init; }

    public required IPEndPoint Address { get; init; }

    /// <summary>The underlay of the pod's node, in another cluster; null: dial the address directly.</summary>
    public IPEndPoint? Underlay { get; init; }

    /// <summary>The mesh cluster the pod runs in.</summary>
    public required string Cluster { get; init; }

    public string Pod { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Region { get; init; } = "";

    public string Zone { get; init; } = "";

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The identity the pod's sidecar proves, or null when it has no sidecar and is spoken to in plain text.</summary>
    public string? Identity { get; init; }
}
