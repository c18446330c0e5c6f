using System.Security.Cryptography.X509Certificates;
using System.Text;
using ServiceDefaults;

namespace Emulator.Api.Security;

/// <summary>The file that gives its reader the cluster as administrator.</summary>
internal static class Kubeconfig
{
    public static void Write(ClusterOptions options, ClusterAuthority authority, string server)
    {
        using var admin = authority.IssueClient("kubernetes-admin", "system:masters");
        using var key = admin.GetECDsaPrivateKey()!;
        PrivateFile.Write(Path.Combine(options.StateDirectory, "kubeconfig"), Encoding.UTF8.GetBytes($"""
            apiVersion: v1
            kind: Config
            current-context: {options.Name}
            clusters:
            - name: {options.Name}
              cluster:
                server: {server}
                certificate-authority-data: {Encode(authority.CertificatePem)}
            contexts:
            - name: {options.Name}
              context:
                cluster: {options.Name}
                user: {options.Name}
            users:
            - name: {options.Name}
              user:
                client-certificate-data: {Encode(admin.ExportCertificatePem() + "\n")}
                client-key-data: {Encode(key.ExportPkcs8PrivateKeyPem() + "\n")}

            """));
    }

    private static string Encode(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));
}
