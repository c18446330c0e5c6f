using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>What pages of other origins may do.</summary>
internal sealed record MeshCorsPolicy
{
    public ImmutableArray<MeshStringMatch> AllowOrigins { get; init; } = [];

    public ImmutableArray<string> AllowMethods { get; init; } = [];

    public ImmutableArray<string> AllowHeaders { get; init; } = [];

    public ImmutableArray<string> ExposeHeaders { get; init; } = [];

    public TimeSpan? MaxAge { get; init; }

    public bool AllowCredentials { get; init; }
}
