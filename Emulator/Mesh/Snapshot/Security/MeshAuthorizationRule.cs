using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>Holds when one of the sources, one of the operations and every condition hold; without sources or operations, those hold always.</summary>
internal sealed record MeshAuthorizationRule(
    ImmutableArray<ImmutableArray<MeshAttributeTest>> From, ImmutableArray<ImmutableArray<MeshAttributeTest>> To, ImmutableArray<MeshAttributeTest> When);
