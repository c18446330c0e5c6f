using Emulator.Api.Http;
using Emulator.Api.Resources;
using Emulator.Storage;

namespace Emulator.Api.Subresources;

/// <summary>Containers that are added to a running pod, as <c>kubectl debug</c> does; the registry lets nothing else of the pod change.</summary>
internal sealed class EphemeralContainersSubresource(Registry registry, ObjectEncoder encoder, WriteEndpoints write) : ISubresource
{
    public bool Serves(ResourceDefinition definition, string subresource) => definition.Type == KnownTypes.Pods && subresource == Registry.EphemeralContainers;

    public Task HandleAsync(ApiRequest request) => request.Info.Verb switch
    {
        "get" => encoder.WriteAsync(request, registry.Get(KnownTypes.Pods, request.Namespace, request.Info.Name)),
        "patch" => write.PatchAsync(request),
        "update" => write.UpdateAsync(request),
        _ => throw HttpErrors.MethodNotAllowed(),
    };
}
