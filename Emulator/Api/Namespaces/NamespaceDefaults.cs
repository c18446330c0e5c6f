using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Namespaces;

/// <summary>Gives a new namespace its finalizer and phase.</summary>
/// <remarks>After ownership has been tracked: no client owns these fields.</remarks>
internal sealed class NamespaceDefaults : IAdmission
{
    public AdmissionPhase Phase => AdmissionPhase.NamespaceDefaults;

    public void Admit(AdmissionRequest request)
    {
        if (request.Resource.Type == KnownTypes.Namespaces && request.Verb is WriteVerb.Create)
        {
            request.Object!["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
            request.Object["status"] = new JsonObject { ["phase"] = "Active" };
        }
    }
}
