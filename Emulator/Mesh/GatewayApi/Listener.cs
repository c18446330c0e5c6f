using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>One listener of a Gateway while its routes are gathered.</summary>
internal sealed class Listener
{
    public required JsonObject Gateway { get; init; }

    public required string Name { get; init; }

    public required int Port { get; init; }

    /// <summary>HTTP, HTTPS, TLS or TCP.</summary>
    public required string Protocol { get; init; }

    /// <summary>The host names it takes, <c>*</c> for all.</summary>
    public required string Host { get; init; }

    public MeshGatewayTls? Tls { get; init; }

    /// <summary>The kinds of routes it takes.</summary>
    public ImmutableArray<string> Kinds { get; init; } = [];

    /// <summary>The namespaces whose routes it takes.</summary>
    public required Func<string, bool> Admits { get; init; }

    public Problem? NotAccepted { get; init; }

    public Problem? Unresolved { get; init; }

    public Problem? Conflict { get; set; }

    public int AttachedRoutes { get; set; }

    public bool IsProgrammed => NotAccepted is null && Conflict is null && (Unresolved is null || Tls is null);

    /// <summary>The name of the mesh's gateway that stands for it.</summary>
    public string MeshName => $"{Gateway.Name()}~{Name}";

    public string MeshReference => $"{Gateway.Namespace()}/{MeshName}";
}
