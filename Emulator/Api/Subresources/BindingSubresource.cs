using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Resources;
using Emulator.Storage;

namespace Emulator.Api.Subresources;

/// <summary>Gives a pod its node, as a scheduler does.</summary>
internal sealed class BindingSubresource(Registry registry, RequestBody bodies) : ISubresource
{
    public bool Serves(ResourceDefinition definition, string subresource) => definition.Type == KnownTypes.Pods && subresource == "binding";

    public async Task HandleAsync(ApiRequest request)
    {
        if (request.Info.Verb != "create")
        {
            throw HttpErrors.MethodNotAllowed();
        }

        var body = await RequestBody.ReadAsync(request.Http);
        var binding = bodies.Decode(RequestBody.MediaType(request.Http), body, "Binding").Node;
        var node = (binding["target"]?["name"] as JsonValue)?.ToString() ?? "";
        if (node.Length == 0)
        {
            throw ApiErrors.Invalid("", "Binding", request.Info.Name, [new FieldCause("FieldValueRequired", "Required value", "target.name")]);
        }

        registry.Update(
            KnownTypes.Pods,
            request.Namespace,
            request.Info.Name,
            pod =>
            {
                if (pod["spec"]!["nodeName"] is JsonValue taken)
                {
                    throw ApiErrors.Conflict(new ResourceType("", "pods/binding"), request.Info.Name,
                        $"pod {request.Info.Name} is already assigned to node \"{taken}\"");
                }

                pod["spec"]!["nodeName"] = node;
                return pod;
            },
            request.WriteOptions,
            "binding");
        var status = StatusBody.New("Success");
        status["code"] = 201;
        await ApiResponse.WriteJsonAsync(request.Http, StatusBody.Bytes(status), 201);
    }
}
