namespace Provisioner.Mesh;

/// <summary>The root of trust of all clusters in the mesh. Its key signs intermediates and is never put into a cluster.</summary>
internal sealed record MeshRoot(string CertificatePem, string KeyPem)
{
    /// <summary>Keeps the key out of logs.</summary>
    public override string ToString() => nameof(MeshRoot);
}
