using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Notes in a new CertificateSigningRequest who asks, whatever the request says (k8s.io/kubernetes, pkg/registry/certificates).</summary>
internal sealed class CertificateRequester : IAdmission
{
    public AdmissionPhase Phase => AdmissionPhase.Strategy;

    public void Admit(AdmissionRequest request)
    {
        if (request.Resource.Type != KnownTypes.CertificateSigningRequests || request.Verb is not WriteVerb.Create || request.Object?["spec"] is not JsonObject spec)
        {
            return;
        }

        spec["username"] = request.Options.User;
        spec["groups"] = new JsonArray([.. request.Options.Groups.Select(group => JsonValue.Create(group))]);
        request.Object["status"] = new JsonObject();
    }
}
