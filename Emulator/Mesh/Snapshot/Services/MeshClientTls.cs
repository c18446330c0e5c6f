using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>TLS that a proxy begins towards a server outside the mesh.</summary>
/// <param name="Mode">SIMPLE or MUTUAL.</param>
/// <param name="ServerName">The name asked for; null: the service's host.</param>
/// <param name="RootsPem">The authorities that are trusted; null: the system's.</param>
internal sealed record MeshClientTls(string Mode, string? ServerName, string? RootsPem, string? CertificatePem, string? KeyPem, bool SkipsVerification)
{
    /// <summary>Names of which the server's certificate must have one, instead of the name asked for; empty: that one.</summary>
    public ImmutableArray<string> SubjectNames { get; init; } = [];
}
