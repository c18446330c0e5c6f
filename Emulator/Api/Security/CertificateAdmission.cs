using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Security;

/// <summary>Who may approve and sign certificate requests, and that none makes a master of the cluster (k8s.io/kubernetes, plugin/pkg/admission/certificates).</summary>
internal sealed class CertificateAdmission(RbacAuthorizer authorizer) : IAdmission
{
    private const string ClientSigner = "kubernetes.io/kube-apiserver-client";
    private const string Masters = "system:masters";
    private const string Organization = "2.5.4.10";

    public AdmissionPhase Phase => AdmissionPhase.Escalation;

    public void Admit(AdmissionRequest request)
    {
        if (request.Resource.Type != KnownTypes.CertificateSigningRequests || request.Object is not { } node)
        {
            return;
        }

        var signer = node["spec"]?["signerName"]?.ToString() ?? "";
        if (request.Verb is WriteVerb.Create && signer == ClientSigner && IsOfMasters(node["spec"]?["request"]?.ToString() ?? ""))
        {
            throw Refuse(request, $"use of {ClientSigner} signer with {Masters} group is not allowed");
        }

        if (request.Subresource == Registry.Approval)
        {
            Demand(request, "approve", signer);
        }
        else if (request.Subresource == "status" && Signed(node) != Signed(request.Old!))
        {
            Demand(request, "sign", signer);
        }
    }

    private void Demand(AdmissionRequest request, string verb, string signer)
    {
        var user = new UserInfo(request.Options.User, request.Options.Groups);
        bool Allows(string name) => authorizer.Allows(user, new AccessRequest { Verb = verb, Group = request.Resource.Group, Resource = "signers", Name = name });
        if (!Allows(signer) && !Allows($"{signer.Split('/')[0]}/*"))
        {
            throw Refuse(request, $"user not permitted to {verb} requests with signerName {Schema.GoQuote.Text(signer)}");
        }
    }

    private static ApiException Refuse(AdmissionRequest request, string why) => ApiErrors.Forbidden(request.Resource.Type, request.Object!.Name(), why);

    private static (string? Certificate, bool Failed) Signed(JsonObject node) =>
        (node["status"]?["certificate"]?.ToString(), node["status"]?["conditions"] is JsonArray conditions && conditions.Any(condition => condition?["type"]?.ToString() == "Failed"));

    private static bool IsOfMasters(string request)
    {
        try
        {
            var subject = CertificateRequest.LoadSigningRequestPem(Encoding.UTF8.GetString(Convert.FromBase64String(request)), HashAlgorithmName.SHA256).SubjectName;
            return subject.EnumerateRelativeDistinguishedNames().Any(part => part is { HasMultipleElements: false }
                && part.GetSingleElementType().Value == Organization && part.GetSingleElementValue() == Masters);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            // The rules of the kind have said so already.
            return false;
        }
    }
}
