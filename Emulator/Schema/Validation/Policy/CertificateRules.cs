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

    private static readonly string[] Usages =
    [
        "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment", "decipher only", "digital signature", "email protection",
        "encipher only", "ipsec end system", "ipsec tunnel", "ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime",
        "server auth", "signing", "timestamping",
    ];

    private static readonly string[] Decisions = ["Approved", "Denied"];

    /// <summary>What can be changed of a request: nothing asked for, and decisions only through their own endpoint.</summary>
    public static void CheckUpdate(JsonObject status, JsonObject old, string subresource, Causes causes)
    {
        const string Field = "status.conditions";
        var types = new HashSet<string>();
        var at = 0;
        foreach (var (type, value) in status.Items("conditions").Select(condition => (condition.Text("type") ?? "", condition.Text("status") ?? "")))
        {
            var isDecision = type is "Approved" or "Denied" or "Failed";
            if (type.Length == 0)
            {
                causes.Required($"{Field}[{at}].type");
            }

            if (value.Length == 0)
            {
                causes.Required($"{Field}[{at}].status");
            }
            else if (value != "True" && (isDecision || value is not ("False" or "Unknown")))
            {
                causes.NotSupported($"{Field}[{at}].status", value, isDecision ? ["True"] : ["False", "True", "Unknown"]);
            }

            if (type == "Approved" && types.Contains("Denied") || type == "Denied" && types.Contains("Approved"))
            {
                causes.InvalidText($"{Field}[{at}].type", type, "Approved and Denied conditions are mutually exclusive");
            }

            if (!types.Add(type))
            {
                causes.Duplicate($"{Field}[{at}].type", GoQuote.Text(type));
            }

            at++;
        }

        foreach (var type in (string[])[.. Decisions, "Failed"])
        {
            var (before, now) = (Of(old, type), Of(status, type));
            if (now.Count < before.Count)
            {
                causes.Forbidden(Field, $"updates may not remove a condition of type {GoQuote.Text(type)}");
            }
            else if (subresource != Registry.Approval && now.Count > before.Count && Decisions.Contains(type))
            {
                causes.Forbidden(Field, $"updates may not add a condition of type {GoQuote.Text(type)}");
            }
            else if (subresource != Registry.Approval && Decisions.Contains(type) && !before.Zip(now).All(pair => JsonNode.DeepEquals(pair.First, pair.Second)))
            {
                causes.Forbidden(Field, $"updates may not modify a condition of type {GoQuote.Text(type)}");
            }
        }

        if (status.Text("certificate") is { Length: > 0 } certificate && certificate != old.Text("certificate"))
        {
            if (!IsPem(certificate))
            {
                causes.InvalidText("status.certificate", "<certificate data>", "must contain at least one CERTIFICATE PEM block");
            }

            if (old.Text("certificate") is { Length: > 0 })
            {
                causes.Forbidden("status.certificate", "updates may not modify existing certificate content");
            }
        }
    }

    private static List<JsonObject> Of(JsonObject status, string type) => status.Items("conditions").Where(condition => condition.Text("type") == type).ToList();

    private static bool IsPem(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var count)
            && PemEncoding.TryFind(Encoding.UTF8.GetString(bytes, 0, count), out var fields) && Encoding.UTF8.GetString(bytes, 0, count)[fields.Label] == "CERTIFICATE";
    }

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

        var usages = (spec["usages"] as JsonArray ?? []).Select(usage => usage?.ToString() ?? "").ToList();
        for (var at = 0; at < usages.Count; at++)
        {
            if (!Usages.Contains(usages[at]))
            {
                causes.NotSupported($"spec.usages[{at}]", usages[at], Usages);
            }

            if (usages.IndexOf(usages[at]) < at)
            {
                causes.Duplicate($"spec.usages[{at}]", GoQuote.Text(usages[at]));
            }
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
