using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Resources;
using Emulator.Storage;

namespace Emulator.Api.Subresources;

/// <summary>Takes finalizers off a namespace's spec; the last one ends the namespace.</summary>
internal sealed class FinalizeSubresource(Registry registry, RequestBody bodies, ObjectEncoder encoder) : ISubresource
{
    public bool Serves(ResourceDefinition definition, string subresource) => definition.Type == KnownTypes.Namespaces && subresource == "finalize";

    public async Task HandleAsync(ApiRequest request)
    {
        if (request.Info.Verb != "update")
        {
            throw HttpErrors.MethodNotAllowed();
        }

        var body = await RequestBody.ReadAsync(request.Http);
        var wanted = bodies.Decode(RequestBody.MediaType(request.Http), body, "Namespace").Node;
        var updated = registry.Update(
            KnownTypes.Namespaces,
            "",
            request.Info.Name,
            current =>
            {
                var spec = current["spec"] as JsonObject ?? (JsonObject)(current["spec"] = new JsonObject());
                spec.CopyFrom(wanted["spec"] as JsonObject ?? [], "finalizers");
                return current;
            },
            request.WriteOptions,
            "finalize",
            request.Warnings);
        await encoder.WriteAsync(request, updated);
    }
}
