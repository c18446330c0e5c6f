using System.Text;
using System.Text.Json.Nodes;
using ServiceDefaults;

namespace Provisioner.Mesh;

/// <summary>The root of this lab's mesh, kept in the lab folder so that a cluster that starts anew is trusted by the others.</summary>
internal sealed class MeshAuthority(string labDirectory, TimeProvider time)
{
    private readonly Lock gate = new();

    private string Folder => Path.Combine(labDirectory, "mesh");

    private string CertificatePath => Path.Combine(Folder, "root-cert.pem");

    private string KeyPath => Path.Combine(Folder, "root-key.pem");

    /// <summary>The Secret <c>cacerts</c> for one cluster.</summary>
    public JsonObject Secret(string cluster) => MeshCertificates.CreateIntermediate(Root(), cluster, time).ToSecret();

    /// <summary>The certificate that every cluster's <c>cacerts</c> has to have as its root.</summary>
    public string RootCertificatePem => Root().CertificatePem;

    private MeshRoot Root()
    {
        lock (gate)
        {
            if (File.Exists(CertificatePath) && File.Exists(KeyPath))
            {
                return new MeshRoot(File.ReadAllText(CertificatePath), File.ReadAllText(KeyPath));
            }

            Directory.CreateDirectory(Folder);
            var root = MeshCertificates.CreateRoot(time);
            PrivateFile.Write(KeyPath, Encoding.UTF8.GetBytes(root.KeyPem));
            PrivateFile.Write(CertificatePath, Encoding.UTF8.GetBytes(root.CertificatePem));
            return root;
        }
    }
}
