using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>All conditions of one match hold together.</summary>
internal sealed record MeshHttpMatch
{
    public MeshStringMatch? Uri { get; init; }

    /// <summary>Whether exact and prefix matches of <see cref="Uri"/> ignore case.</summary>
    public bool IgnoreUriCase { get; init; }

    public MeshStringMatch? Scheme { get; init; }

    public MeshStringMatch? Method { get; init; }

    public MeshStringMatch? Authority { get; init; }

    /// <summary>By header name in lower case.</summary>
    public ImmutableDictionary<string, MeshStringMatch> Headers { get; init; } = ImmutableDictionary<string, MeshStringMatch>.Empty;

    /// <summary>Headers that must not match; a regex <c>*</c> is any value.</summary>
    public ImmutableDictionary<string, MeshStringMatch> WithoutHeaders { get; init; } = ImmutableDictionary<string, MeshStringMatch>.Empty;

    public ImmutableDictionary<string, MeshStringMatch> QueryParameters { get; init; } = ImmutableDictionary<string, MeshStringMatch>.Empty;

    public int? Port { get; init; }

    /// <summary>Labels the calling pod must have.</summary>
    public ImmutableDictionary<string, string> SourceLabels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The namespace the calling pod must be in, or null.</summary>
    public string? SourceNamespace { get; init; }

    /// <summary>Gateways (<c>namespace/name</c> or <c>mesh</c>) this match is for; empty: all of the virtual service's.</summary>
    public ImmutableArray<string> Gateways { get; init; } = [];
}
