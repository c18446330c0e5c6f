using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for CertificateSigningRequests.</summary>
internal static class CertificateRules
{
    private const long Shortest = 600;

    public static void Check(JsonObject spec, Causes causes)
    {
        var request = spec.Text("request") ?? "";
        if (Fault(request) is { } fault)
        {
            causes.Invalid("spec.request", GoLiteral.Bytes(request), fault);
        }

        if (spec["usages"] is not JsonArray { Count: > 0 })
        {
            causes.Required("spec.usages", "usages must be provided");
        }

        var signer = spec.Text("signerName") ?? "";
        if (signer.Length == 0)
        {
            causes.Required("spec.signerName", "signerName must be provided");
        }
        else if (signer == "kubernetes.io/legacy-unknown")
        {
            causes.InvalidText("spec.signerName", signer, "the legacy signerName is not allowed via this API version");
        }
        else if (signer.Count(letter => letter == '/') != 1)
        {
            causes.InvalidText("spec.signerName", signer, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
        }
        else if (!signer.Split('/')[0].Contains('.'))
        {
            causes.InvalidText("spec.signerName", signer.Split('/')[0], "should be a domain with at least two segments separated by dots");
        }

        if (spec["expirationSeconds"].AsLong() is { } seconds and < Shortest)
        {
            causes.InvalidNumber("spec.expirationSeconds", seconds, "may not specify a duration less than 600 seconds (10 minutes)");
        }
    }

    private static string? Fault(string request)
    {
        try
        {
            CertificateRequest.LoadSigningRequestPem(Encoding.UTF8.GetString(Convert.FromBase64String(request)), HashAlgorithmName.SHA256);
            return null;
        }
        catch (CryptographicException)
        {
            return "PEM block type must be CERTIFICATE REQUEST";
        }
    }
}
