using System.Security.Cryptography.X509Certificates;

namespace Emulator.Mesh;

/// <summary>What a proxy gets from istiod.</summary>
internal interface IMeshControlPlane
{
    /// <summary>The newest snapshot; null until istiod has run once. Proxies keep the last one while istiod is down.</summary>
    MeshSnapshot? Current { get; }

    /// <summary>Completes when <see cref="Current"/> is newer than <paramref name="version"/>.</summary>
    Task<MeshSnapshot> NewerThanAsync(long version, CancellationToken cancellation);

    /// <summary>Issues a workload certificate for a service account, with its key and chain, from the mesh root.</summary>
    /// <exception cref="InvalidOperationException">istiod is not running.</exception>
    MeshIdentity Issue(string ns, string serviceAccount);
}

/// <summary>A workload's certificate and what it trusts.</summary>
/// <param name="Id"><c>spiffe://trust-domain/ns/NAMESPACE/sa/ACCOUNT</c>.</param>
internal sealed record MeshIdentity(string Id, X509Certificate2 Certificate, X509Certificate2Collection Chain, X509Certificate2Collection Roots, DateTimeOffset NotAfter);
