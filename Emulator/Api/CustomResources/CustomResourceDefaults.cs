using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.CustomResources;

/// <summary>Fills in the names and the conversion that a CustomResourceDefinition leaves out.</summary>
internal sealed class CustomResourceDefaults : IAdmission
{
    public AdmissionPhase Phase => AdmissionPhase.Defaults;

    public void Admit(AdmissionRequest request)
    {
        if (request.Resource.Type == KnownTypes.CustomResourceDefinitions && request.Object is { } node && request.Subresource != "status"
            && DefinitionParser.Parse(node) is not null)
        {
            node["spec"]!["conversion"] ??= new JsonObject { ["strategy"] = "None" };
        }
    }
}
