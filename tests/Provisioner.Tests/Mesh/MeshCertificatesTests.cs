using System.Security.Cryptography.X509Certificates;
using Provisioner.Mesh;

namespace Provisioner.Tests.Mesh;

public sealed class MeshCertificatesTests
{
    [Fact]
    public void The_intermediate_of_every_cluster_chains_to_the_one_root()
    {
        var root = MeshCertificates.CreateRoot(TimeProvider.System);
        foreach (var cluster in (string[])["us", "asia"])
        {
            var made = MeshCertificates.CreateIntermediate(root, cluster, TimeProvider.System);
            using var intermediate = X509Certificate2.CreateFromPem(made.CertificatePem, made.KeyPem);

            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.ImportFromPem(made.RootPem);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;

            Assert.True(chain.Build(intermediate), string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation)));
            Assert.True(intermediate.HasPrivateKey);
        }
    }

    [Fact]
    public void The_root_is_valid_for_ten_years_and_no_intermediate_outlives_it()
    {
        var root = MeshCertificates.CreateRoot(TimeProvider.System);
        using var rootCertificate = X509Certificate2.CreateFromPem(root.CertificatePem);
        using var intermediate = X509Certificate2.CreateFromPem(MeshCertificates.CreateIntermediate(root, "us", TimeProvider.System).CertificatePem);

        Assert.InRange((rootCertificate.NotAfter - DateTime.Now).TotalDays, 3640, 3654);
        Assert.True(intermediate.NotAfter <= rootCertificate.NotAfter);
    }

    [Fact]
    public void The_secret_has_the_four_files_that_istiod_reads()
    {
        var root = MeshCertificates.CreateRoot(TimeProvider.System);
        var secret = MeshCertificates.CreateIntermediate(root, "us", TimeProvider.System).ToSecret();

        Assert.Equal("cacerts", secret["metadata"]!["name"]!.GetValue<string>());
        Assert.Equal(
            ["ca-cert.pem", "ca-key.pem", "cert-chain.pem", "root-cert.pem"], secret["data"]!.AsObject().Select(item => item.Key).Order());
    }

    [Fact]
    public void Keys_do_not_show_when_printed()
    {
        var root = MeshCertificates.CreateRoot(TimeProvider.System);

        Assert.DoesNotContain("PRIVATE", root.ToString());
        Assert.DoesNotContain("PRIVATE", MeshCertificates.CreateIntermediate(root, "us", TimeProvider.System).ToString());
    }
}
