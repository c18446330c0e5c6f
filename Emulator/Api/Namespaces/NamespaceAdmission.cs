using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Namespaces;

/// <summary>Objects only in namespaces that exist, and none that are new in one that ends (the NamespaceLifecycle plug-in).</summary>
internal sealed class NamespaceAdmission(ObjectStore store) : IAdmission
{
    /// <summary>Before everything else: what follows may rely on the namespace.</summary>
    public AdmissionPhase Phase => AdmissionPhase.NamespaceLifecycle;

    public void Admit(AdmissionRequest request)
    {
        if (request.Resource.Type == KnownTypes.Namespaces)
        {
            AdmitNamespace(request);
        }
        else if (request.Verb is WriteVerb.Create && request.Resource.Namespaced)
        {
            AdmitContent(request, request.Object!);
        }
    }

    private static void AdmitNamespace(AdmissionRequest request)
    {
        switch (request.Verb)
        {
            case WriteVerb.Create:
                var node = request.Object!;
                var name = node.Name();
                if (name.Length > 0)
                {
                    var labels = node["metadata"]!["labels"] as JsonObject ?? (JsonObject)(node["metadata"]!["labels"] = new JsonObject());
                    labels["kubernetes.io/metadata.name"] = name;
                }
                break;
            case WriteVerb.Update when request.Subresource != "finalize":
                // Only the finalize subresource writes a namespace's spec.
                request.Object!.CopyFrom(request.Old!, "spec");
                break;
            case WriteVerb.Delete when request.Old!.Name() is "default" or "kube-system" or "kube-public":
                throw ApiErrors.Forbidden(KnownTypes.Namespaces, request.Old!.Name(), "this namespace may not be deleted");
        }
    }

    private void AdmitContent(AdmissionRequest request, JsonObject node)
    {
        var ns = node.Namespace();
        if (store.Find(new ResourceKey(KnownTypes.Namespaces, "", ns)) is not { } space)
        {
            throw ApiErrors.NotFound(KnownTypes.Namespaces, ns);
        }

        if (space.Node.IsDeleting())
        {
            var refusal = ApiErrors.Forbidden(
                request.Resource.Type, node.Name(), $"unable to create new content in namespace {ns} because it is being terminated");
            refusal.Details!["causes"] = new JsonArray(new JsonObject
            {
                ["reason"] = "NamespaceTerminating",
                ["message"] = $"namespace {ns} is being terminated",
                ["field"] = "metadata.namespace",
            });
            throw refusal;
        }
    }
}
