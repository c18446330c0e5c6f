using System.Text.Json.Nodes;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.Validation;

/// <summary>Says, with every write, that nobody acts on an Ingress that is not Istio's.</summary>
internal sealed class ForeignIngresses : IAdmission
{
    public AdmissionPhase Phase => AdmissionPhase.Warnings;

    public void Admit(AdmissionRequest request)
    {
        if (request is { Verb: WriteVerb.Create or WriteVerb.Update, Subresource: "", Object: { } node } && IsForeign(request.Resource.Type, node))
        {
            request.Warnings.Add(
                $"embedded clusters act on Ingresses of Istio only (annotation {IngressConversion.ClassAnnotation}: {IngressConversion.ClassName}, or an IngressClass "
                + $"with controller {IngressConversion.Controller}): this {request.Resource.Kind} is stored; run the lab with --mode k3s to use it");
        }
    }

    /// <summary>Which controller the name of a class stands for is not looked up: an Ingress is surely nobody's if it has no class, or another in its annotation.</summary>
    private static bool IsForeign(ResourceType type, JsonObject node) =>
        type == KnownTypes.IngressClasses ? node["spec"]?["controller"].Text() != IngressConversion.Controller
        : type == KnownTypes.Ingresses && (node.Annotation(IngressConversion.ClassAnnotation) is { } named ? named != IngressConversion.ClassName : node["spec"]?["ingressClassName"].Text() is null);
}
