using System.Text;
using System.Text.Json.Nodes;
using GlobalIngress.Kubernetes;

namespace GlobalIngress.Resources;

/// <summary>A certificate and its key as a Secret of type <c>kubernetes.io/tls</c> holds them, in PEM.</summary>
internal sealed record TlsSecret(string Key, string CertificatePem, string KeyPem)
{
    /// <summary>Null where an entry is missing or is not base64.</summary>
    public static TlsSecret? Read(JsonObject item) =>
        Decode(item, "tls.crt") is { } certificate && Decode(item, "tls.key") is { } key ? new TlsSecret(item.Key(), certificate, key) : null;

    /// <summary>Keeps the key out of logs and messages.</summary>
    public override string ToString() => Key;

    private static string? Decode(JsonObject item, string entry)
    {
        try
        {
            return item.Object("data").Text(entry) is { Length: > 0 } text ? Encoding.ASCII.GetString(Convert.FromBase64String(text)) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
