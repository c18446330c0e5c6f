using System.Text;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>The TLS settings of a DestinationRule towards servers outside the mesh; certificates come from the Secret that it names.</summary>
internal static class ClientTlsConversion
{
    public static MeshClientTls? Convert(JsonObject tls, Func<string, JsonObject?> secrets)
    {
        if (tls["mode"].Text() is not ("SIMPLE" or "MUTUAL") || tls["mode"].Text() is not { } mode)
        {
            return null;
        }

        var data = tls["credentialName"].Text() is { Length: > 0 } name ? secrets(name)?["data"] : null;
        return new MeshClientTls(
            mode,
            tls["sni"].Text(),
            Decode(data?["ca.crt"] ?? data?["cacert"]),
            Decode(data?["tls.crt"] ?? data?["cert"]),
            Decode(data?["tls.key"] ?? data?["key"]),
            tls["insecureSkipVerify"].IsTrue())
        {
            SubjectNames = [.. tls["subjectAltNames"].Texts()],
        };
    }

    /// <summary>The text of a Secret's entry; null when there is none, or it is no base64.</summary>
    public static string? Decode(JsonNode? value)
    {
        try
        {
            return value.Text() is { } text ? Encoding.UTF8.GetString(System.Convert.FromBase64String(text)) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
