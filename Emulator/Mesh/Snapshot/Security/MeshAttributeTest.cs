using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>Holds when an attribute of a request is one of the values, and none of the excluded ones.</summary>
/// <param name="Attribute">As the conditions of AuthorizationPolicy name it, such as <c>source.principal</c>; <c>request.host</c>, <c>request.method</c> and <c>request.path</c> besides.</param>
internal sealed record MeshAttributeTest(string Attribute, ImmutableArray<string> Values, ImmutableArray<string> NotValues);
