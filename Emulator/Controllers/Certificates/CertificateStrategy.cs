using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>What the registry of CertificateSigningRequests sets whatever a client says (k8s.io/kubernetes, pkg/registry/certificates): who asks, that nothing asked for
/// changes afterwards, and the times of conditions.</summary>
internal sealed class CertificateStrategy(TimeProvider time) : IAdmission
{
    private static readonly string[] Times = ["lastUpdateTime", "lastTransitionTime"];

    public AdmissionPhase Phase => AdmissionPhase.Strategy;

    public void Admit(AdmissionRequest request)
    {
        if (request.Resource.Type != KnownTypes.CertificateSigningRequests || request.Object is not { } node)
        {
            return;
        }

        if (request.Verb is WriteVerb.Update)
        {
            node.CopyFrom(request.Old!, "spec");
            Date(node, request.Old!);
        }
        else if (request.Verb is WriteVerb.Create && node["spec"] is JsonObject spec)
        {
            spec["username"] = request.Options.User;
            spec["groups"] = new JsonArray([.. request.Options.Groups.Select(group => JsonValue.Create(group))]);
            node["status"] = new JsonObject();
        }
    }

    private void Date(JsonObject node, JsonObject old)
    {
        foreach (var condition in node["status"]?["conditions"].Items() ?? [])
        {
            var before = old["status"]?["conditions"].Items().FirstOrDefault(known =>
                known["type"].Text() == condition["type"].Text() && known["status"].Text() == condition["status"].Text());
            foreach (var field in Times.Where(field => condition[field] is null))
            {
                condition[field] = (field == "lastTransitionTime" ? before?[field].Text() : null) ?? Registry.Timestamp(time.GetUtcNow());
            }
        }
    }
}
