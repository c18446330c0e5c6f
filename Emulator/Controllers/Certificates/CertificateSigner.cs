using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Signs approved requests for client certificates with the cluster's authority (signer <c>kubernetes.io/kube-apiserver-client</c>).</summary>
internal sealed class CertificateSigner(Registry registry, ClientCertificates certificates, TimeProvider time) : IController
{
    private const string ClientSigner = "kubernetes.io/kube-apiserver-client";
    private const string KubeletSigner = "kubernetes.io/kube-apiserver-client-kubelet";

    private const string Organization = "2.5.4.10";
    private const string CommonName = "2.5.4.3";

    private static readonly string[] OfClients = ["client auth", "digital signature", "key encipherment"];

    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    public string Name => "csrsigning-controller";

    public void Watch(Informers informers, WorkQueue queue) => informers.On(KnownTypes.CertificateSigningRequests, change => queue.Add(change.Object.Key));

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Find(key.Type, key.Namespace, key.Name) is { } found && found.Node["spec"]?["signerName"].Text() is ClientSigner or KubeletSigner
            && found.Node.HasCondition("Approved") && !found.Node.HasCondition("Denied") && !found.Node.HasCondition("Failed")
            && found.Node["status"]?["certificate"] is null)
        {
            Sign(found);
        }

        return ValueTask.CompletedTask;
    }

    private void Sign(StoredObject found)
    {
        var spec = found.Node["spec"]!;
        registry.Update(
            found.Key.Type,
            "",
            found.Key.Name,
            node =>
            {
                var status = node.Ensure("status");
                try
                {
                    var asked = Encoding.UTF8.GetString(Convert.FromBase64String(spec["request"].Text() ?? ""));
                    var usages = (spec["usages"] as JsonArray ?? []).Select(usage => usage?.ToString() ?? "").ToList();
                    if (Refusal(spec["signerName"].Text()!, asked, usages) is { } refusal)
                    {
                        Fail(status, refusal);
                        return node;
                    }

                    var lifetime = spec["expirationSeconds"].AsLong() is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds)) : Longest;
                    status["certificate"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(certificates.Sign(asked, usages, lifetime)));
                }
                catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
                {
                    Fail(status, $"unable to parse the certificate request: {e.Message}");
                }

                return node;
            },
            WriteOptions.System,
            "status");
    }

    private void Fail(JsonObject status, string why) => Conditions.Renew(status, "Failed", "True", "SignerValidationFailure", why, time.GetUtcNow());

    /// <summary>Why the signer does not sign, in the words of the real one (k8s.io/kubernetes, pkg/controller/certificates/signer).</summary>
    private static string? Refusal(string signer, string request, IReadOnlyList<string> usages)
    {
        if (signer == ClientSigner)
        {
            return usages.FirstOrDefault(usage => !OfClients.Contains(usage)) is { } other ? $"invalid usage for client certificate: {other}"
                : !usages.Contains("client auth") ? "missing required usage for client certificate: client auth"
                : null;
        }

        var subject = CertificateRequest.LoadSigningRequestPem(request, HashAlgorithmName.SHA256).SubjectName.EnumerateRelativeDistinguishedNames().ToList();
        string[] Parts(string type) => [.. subject.Where(part => part.GetSingleElementType().Value == type).Select(part => part.GetSingleElementValue() ?? "")];
        return Parts(Organization) is not ["system:nodes"] ? "subject organization is not system:nodes"
            : !Parts(CommonName).Any(name => name.StartsWith("system:node:", StringComparison.Ordinal)) ? "subject common name does not begin with system:node: "
            : !usages.Contains("client auth") || usages.Any(usage => !OfClients.Contains(usage)) ? "usages did not match [client auth digital signature key encipherment]"
            : null;
    }
}
