using System.Text;
using System.Text.Json.Nodes;

namespace Provisioner.Mesh;

/// <summary>One cluster's certificate authority, as the four files of the Secret <c>cacerts</c>.</summary>
/// <param name="ChainPem">The intermediate and the root, in this order.</param>
internal sealed record MeshIntermediate(string CertificatePem, string KeyPem, string RootPem, string ChainPem)
{
    /// <summary>The Secret that istiod reads when it starts; it must exist before istiod does.</summary>
    public JsonObject ToSecret() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject { ["name"] = "cacerts", ["namespace"] = "istio-system" },
        ["type"] = "Opaque",
        ["data"] = new JsonObject
        {
            ["ca-cert.pem"] = Base64(CertificatePem),
            ["ca-key.pem"] = Base64(KeyPem),
            ["root-cert.pem"] = Base64(RootPem),
            ["cert-chain.pem"] = Base64(ChainPem),
        },
    };

    /// <summary>Keeps the key out of logs.</summary>
    public override string ToString() => nameof(MeshIntermediate);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
