using System.Text.Json.Nodes;
using Emulator.Mesh.GatewayApi;
using Emulator.Storage;

namespace Emulator.Mesh.Validation;

/// <summary>Refuses what istiod's validation webhook refuses, in its words, and warns of what an embedded mesh does not act on.</summary>
internal sealed class IstioValidation : IAdmission
{
    private static readonly string[] Groups = ["networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io", GatewayApiTypes.Group, "gateway.networking.x-k8s.io"];

    public AdmissionPhase Phase => AdmissionPhase.Validation;

    public void Admit(AdmissionRequest request)
    {
        if (request is not { Verb: WriteVerb.Create or WriteVerb.Update, Subresource: "", Object: { } node } || !Groups.Contains(request.Resource.Group))
        {
            return;
        }

        var result = new ValidationResult();
        Validate(request.Resource.Type, node, result);
        if (result.Errors.Count > 0)
        {
            throw ApiErrors.BadRequest($"admission webhook \"rev.validation.istio.io\" denied the request: configuration is invalid: {result}");
        }

        request.Warnings.AddRange(result.Warnings);
        request.Warnings.AddRange(IgnoredFields.Warnings(request.Resource, node));
    }

    private static void Validate(ResourceType type, JsonObject node, ValidationResult result)
    {
        var spec = node["spec"] as JsonObject ?? [];
        if (type == MeshTypes.VirtualServices)
        {
            VirtualServiceValidation.Validate(spec, result);
        }
        else if (type == MeshTypes.Gateways)
        {
            GatewayValidation.Validate(node.Name(), spec, result);
        }
        else if (type == MeshTypes.DestinationRules)
        {
            DestinationRuleValidation.Validate(spec, result);
        }
        else if (type == MeshTypes.PeerAuthentications)
        {
            PeerAuthenticationValidation.Validate(spec, result);
        }
        else if (type == MeshTypes.AuthorizationPolicies)
        {
            AuthorizationPolicyValidation.Validate(spec, result);
        }
        else if (type == MeshTypes.RequestAuthentications)
        {
            RequestAuthenticationValidation.Validate(spec, result);
        }
        else if (type == MeshTypes.ServiceEntries)
        {
            ServiceEntryValidation.Validate(spec, result);
        }
        else if (type == MeshTypes.Telemetries)
        {
            TelemetryValidation.Validate(spec, result);
        }
    }
}
