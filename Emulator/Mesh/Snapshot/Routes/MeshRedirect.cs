namespace Emulator.Mesh;

/// <param name="PrefixRewrite">What replaces the prefix that matched, instead of <paramref name="Uri"/>.</param>
/// <param name="DerivePort">FROM_PROTOCOL_DEFAULT or FROM_REQUEST_PORT.</param>
internal sealed record MeshRedirect(
    string? Uri, string? Authority, string? Scheme, int? Port, int Code, string? PrefixRewrite = null, string? DerivePort = null);
