using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>One RequestAuthentication: the tokens that are believed. A request without any goes on without a principal.</summary>
internal sealed record MeshRequestAuthentication(
    string Namespace, string Name, ImmutableDictionary<string, string> Selector, ImmutableArray<MeshJwtRule> Rules);

internal sealed record MeshJwtRule
{
    public required string Issuer { get; init; }

    public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary>The issuer's keys as a JSON Web Key Set; null where they are not known, and then no token is believed.</summary>
    public string? Keys { get; init; }

    /// <summary>Header names and what stands before the token in them.</summary>
    public ImmutableArray<(string Name, string Prefix)> FromHeaders { get; init; } = [];

    public ImmutableArray<string> FromParameters { get; init; } = [];

    public ImmutableArray<string> FromCookies { get; init; } = [];

    /// <summary>The header that gets the token's payload, in base64url; null for none.</summary>
    public string? PayloadHeader { get; init; }

    public ImmutableArray<(string Header, string Claim)> ClaimHeaders { get; init; } = [];

    /// <summary>Whether the token itself goes on to the workload.</summary>
    public bool ForwardsToken { get; init; }
}
