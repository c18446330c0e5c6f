using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Emulator.Mesh;
using Emulator.Mesh.Certificates;

namespace Emulator.Tests.Mesh;

public sealed class MeshAuthorityTests
{
    [Fact]
    public void A_workload_certificate_of_one_cluster_is_trusted_in_another_that_has_the_same_root()
    {
        var root = TestAuthority.CreateRoot();
        var us = TestAuthority.CreateIntermediate(root).Issue("cluster.local", "whereami", "default", TimeProvider.System);
        var asia = TestAuthority.CreateIntermediate(root).Issue("cluster.local", "whereami", "default", TimeProvider.System);

        Assert.True(Trusts(asia, us));
        Assert.True(Trusts(us, asia));
    }

    [Fact]
    public void A_workload_certificate_of_another_root_is_not_trusted()
    {
        var us = TestAuthority.CreateIntermediate(TestAuthority.CreateRoot()).Issue("cluster.local", "a", "b", TimeProvider.System);
        var stranger = TestAuthority.CreateIntermediate(TestAuthority.CreateRoot()).Issue("cluster.local", "a", "b", TimeProvider.System);

        Assert.False(Trusts(us, stranger));
    }

    [Fact]
    public void A_workload_certificate_holds_for_a_day_and_names_the_service_account()
    {
        var identity = TestAuthority.CreateIntermediate(TestAuthority.CreateRoot()).Issue("cluster.local", "whereami", "reader", TimeProvider.System);

        Assert.Equal("spiffe://cluster.local/ns/whereami/sa/reader", identity.Id);
        Assert.InRange((identity.NotAfter - DateTimeOffset.UtcNow).TotalHours, 23.9, 24);
        var names = identity.Certificate.Extensions["2.5.29.17"]!;
        Assert.True(names.Critical);
        Assert.Contains("spiffe://cluster.local/ns/whereami/sa/reader", names.Format(false));
        Assert.True(identity.Certificate.HasPrivateKey);
    }

    [Fact]
    public void A_self_signed_authority_is_its_own_root()
    {
        var (certificate, key) = MeshAuthority.CreateSelfSigned("cluster.local", TimeProvider.System);
        var authority = new MeshAuthority(certificate, key, certificate, "");
        var identity = authority.Issue("cluster.local", "a", "b", TimeProvider.System);

        Assert.True(Trusts(identity, identity));
    }

    [Fact]
    public void An_authority_that_is_new_has_an_RSA_key_and_no_key_identifier_signs_too()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=rsa", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddSeconds(-1), DateTimeOffset.UtcNow.AddHours(1));
        var pem = certificate.ExportCertificatePem();
        var identity = new MeshAuthority(pem, key.ExportPkcs8PrivateKeyPem(), pem, "").Issue("cluster.local", "a", "b", TimeProvider.System);

        Assert.True(Trusts(identity, identity));
    }

    /// <summary>Whether one workload trusts what the other one sends in its handshake.</summary>
    private static bool Trusts(MeshIdentity own, MeshIdentity peer)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(own.Roots);
        chain.ChainPolicy.ExtraStore.AddRange(peer.Chain);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(peer.Certificate);
    }
}
