using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ServiceDefaults;

namespace Emulator.Api.Security;

/// <summary>The cluster's certificate authority and the key that signs service-account tokens, kept in the state folder.</summary>
/// <remarks>They outlive a restart, so that kubeconfigs and remote secrets that were handed out stay valid.</remarks>
internal sealed class ClusterAuthority
{
    private static readonly DateTimeOffset NotBefore = DateTimeOffset.UtcNow.AddHours(-1);

    private readonly string directory;

    public ClusterAuthority(ClusterOptions options)
    {
        directory = Path.Combine(options.StateDirectory, "pki");
        PrivateFile.CreateDirectory(options.StateDirectory);
        PrivateFile.CreateDirectory(directory);
        Certificate = LoadOrCreate();
        TokenKey = LoadOrCreateKey("sa.key");
        Server = Issue("kube-apiserver", [], server: true, ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local"], [IPAddress.Loopback, IPAddress.IPv6Loopback, ServiceAddress(options.ServiceCidr)]);
    }

    /// <summary>The authority's own certificate, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    public X509Certificate2 Server { get; }

    public ECDsa TokenKey { get; }

    public string CertificatePem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>The address of Service default/kubernetes: the first one of the range.</summary>
    public static IPAddress ServiceAddress(string cidr)
    {
        var bytes = IPAddress.Parse(cidr.Split('/')[0]).GetAddressBytes();
        bytes[^1]++;
        return new IPAddress(bytes);
    }

    /// <summary>A client certificate: the common name is the user, the organisations are its groups.</summary>
    public X509Certificate2 IssueClient(string user, params IReadOnlyList<string> groups) => Issue(user, groups, server: false, [], []);

    private X509Certificate2 Issue(
        string commonName, IReadOnlyList<string> organizations, bool server, IReadOnlyList<string> dnsNames, IReadOnlyList<IPAddress> addresses)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        foreach (var organization in organizations)
        {
            subject.AddOrganizationName(organization);
        }

        subject.AddCommonName(commonName);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(server ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in dnsNames)
        {
            names.AddDnsName(name);
        }

        foreach (var address in addresses)
        {
            names.AddIpAddress(address);
        }

        if (server)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        using var issued = request.Create(Certificate, NotBefore, NotBefore.AddYears(1), RandomNumberGenerator.GetBytes(12));
        return issued.CopyWithPrivateKey(key);
    }

    private X509Certificate2 LoadOrCreate()
    {
        var certificateFile = Path.Combine(directory, "ca.crt");
        using var key = LoadOrCreateKey("ca.key");
        if (File.Exists(certificateFile))
        {
            using var known = X509Certificate2.CreateFromPem(File.ReadAllText(certificateFile));
            if (known.NotAfter > DateTime.Now.AddDays(30) && known.GetECDsaPublicKey() is { } publicKey
                && publicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
            {
                return known.CopyWithPrivateKey(key);
            }
        }

        var request = new CertificateRequest("CN=kubernetes", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var created = request.CreateSelfSigned(NotBefore, NotBefore.AddYears(10));
        PrivateFile.Write(certificateFile, Encoding.UTF8.GetBytes(created.ExportCertificatePem() + "\n"));
        return created;
    }

    private ECDsa LoadOrCreateKey(string file)
    {
        var path = Path.Combine(directory, file);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (File.Exists(path))
        {
            key.ImportFromPem(File.ReadAllText(path));
        }
        else
        {
            PrivateFile.Write(path, Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        }

        return key;
    }
}
