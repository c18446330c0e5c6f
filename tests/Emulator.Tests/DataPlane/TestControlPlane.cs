using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Emulator.Mesh;

namespace Emulator.Tests.DataPlane;

/// <summary>A control plane whose snapshots the test writes; its certificates come from a root of its own.</summary>
internal sealed class TestControlPlane : IMeshControlPlane
{
    private readonly X509Certificate2 root;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MeshSnapshot? current;

    public TestControlPlane(X509Certificate2? root = null) => this.root = root ?? NewRoot("mesh root");

    public X509Certificate2 Root => root;

    public MeshSnapshot? Current => current;

    /// <summary>How long certificates last.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(24);

    public int Issued { get; private set; }

    public static X509Certificate2 NewRoot(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
    }

    public void Publish(MeshSnapshot snapshot)
    {
        current = snapshot with { Version = (current?.Version ?? 0) + 1 };
        Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    public async Task<MeshSnapshot> NewerThanAsync(long version, CancellationToken cancellation)
    {
        while (true)
        {
            var change = changed.Task;
            if (current is { } snapshot && snapshot.Version > version)
            {
                return snapshot;
            }

            await change.WaitAsync(cancellation);
        }
    }

    public MeshIdentity Issue(string ns, string serviceAccount)
    {
        Issued++;
        var id = $"spiffe://cluster.local/ns/{ns}/sa/{serviceAccount}";
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(id));
        request.CertificateExtensions.Add(names.Build(critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        var notAfter = DateTimeOffset.UtcNow + Lifetime;
        using var issued = request.Create(root, DateTimeOffset.UtcNow.AddMinutes(-5), notAfter, RandomNumberGenerator.GetBytes(8));
        using var withKey = issued.CopyWithPrivateKey(key);

        // OpenSSL is content with the key in memory, other platforms want it loaded.
        var loaded = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
        return new MeshIdentity(id, loaded, [], [X509CertificateLoader.LoadCertificate(root.RawData)], notAfter);
    }

    public static IPEndPoint At(string address) => IPEndPoint.Parse(address);
}
