using System.Collections.Immutable;

namespace Emulator.Mesh;

internal sealed record MeshSubset(string Name, ImmutableDictionary<string, string> Labels, MeshTrafficPolicy? Policy);
