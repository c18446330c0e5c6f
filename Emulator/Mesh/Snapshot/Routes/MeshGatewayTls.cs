namespace Emulator.Mesh;

/// <param name="Mode">SIMPLE, MUTUAL, OPTIONAL_MUTUAL, PASSTHROUGH, AUTO_PASSTHROUGH or ISTIO_MUTUAL.</param>
/// <param name="ClientRootsPem">The authorities that clients' certificates must come from.</param>
internal sealed record MeshGatewayTls(string Mode, string? CertificatePem, string? KeyPem, bool HttpsRedirect, string? ClientRootsPem = null)
{
    /// <summary>Whether clients must not speak less than TLS 1.3 (<c>minProtocolVersion</c>).</summary>
    public bool OnlyTls13 { get; init; }

    /// <summary>Whether clients must not speak more than TLS 1.2 (<c>maxProtocolVersion</c>).</summary>
    public bool OnlyTls12 { get; init; }
}
