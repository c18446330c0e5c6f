using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>One TCP or TLS rule of a VirtualService: the first whose match holds wins.</summary>
/// <param name="IsTls">Whether it is for connections whose TLS is passed through.</param>
internal sealed record MeshStreamRoute(bool IsTls, ImmutableArray<MeshStreamMatch> Matches, ImmutableArray<MeshDestination> Destinations);

/// <param name="ServerNames">For TLS: names with <c>*</c> as first label; empty: any.</param>
/// <param name="Gateways">Gateways (<c>namespace/name</c> or <c>mesh</c>); empty: all of the virtual service's.</param>
internal sealed record MeshStreamMatch(
    ImmutableArray<string> ServerNames, int? Port, ImmutableDictionary<string, string> SourceLabels, ImmutableArray<string> Gateways)
{
    /// <summary>Addresses and ranges of which the one that the client connects to must be; empty: any.</summary>
    public ImmutableArray<string> Destinations { get; init; } = [];

    /// <summary>The address or range that the client's own must be of; null: any.</summary>
    public string? Source { get; init; }
}
