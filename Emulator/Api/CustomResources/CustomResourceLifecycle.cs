using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.CustomResources;

/// <summary>Takes no new objects of a type whose definition is being deleted.</summary>
internal sealed class CustomResourceLifecycle(ObjectStore store) : IAdmission
{
    public AdmissionPhase Phase => AdmissionPhase.NamespaceLifecycle;

    public void Admit(AdmissionRequest request)
    {
        if (request.Verb is WriteVerb.Create && request.Resource.CustomResourceDefinition is { } name
            && store.Find(new ResourceKey(KnownTypes.CustomResourceDefinitions, "", name))?.Node.IsDeleting() == true)
        {
            throw new ApiException(405, "MethodNotAllowed", "create not allowed while custom resource definition is terminating",
                new JsonObject { ["group"] = request.Resource.Group, ["kind"] = request.Resource.Plural });
        }
    }
}
