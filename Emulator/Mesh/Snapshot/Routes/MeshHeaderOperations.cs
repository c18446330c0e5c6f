using System.Collections.Immutable;

namespace Emulator.Mesh;

internal sealed record MeshHeaderOperations
{
    public ImmutableDictionary<string, string> RequestSet { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> RequestAdd { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableArray<string> RequestRemove { get; init; } = [];

    public ImmutableDictionary<string, string> ResponseSet { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> ResponseAdd { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableArray<string> ResponseRemove { get; init; } = [];
}
