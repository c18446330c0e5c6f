namespace Emulator.Mesh;

/// <param name="Kind">exact, prefix, regex, or segments: a prefix of whole path segments, without a slash at its end.</param>
internal sealed record MeshStringMatch(string Kind, string Value);
