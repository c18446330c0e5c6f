namespace Emulator.Mesh;

/// <summary>One of a Telemetry's <c>customTags</c>: an attribute of every span that a proxy makes.</summary>
/// <param name="Header">The header of the request that has the value; null where it is always <paramref name="Value"/>.</param>
/// <param name="Value">The value where there is no such header; null: then there is no tag.</param>
internal sealed record MeshTracingTag(string Name, string? Header, string? Value);
