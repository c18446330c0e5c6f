using Emulator.Api.Http;
using Emulator.Storage;

namespace Emulator.Api.Subresources;

/// <summary>Subresources that embedded pods do not have; refused with the reason rather than left out in silence.</summary>
internal sealed class RefusedSubresources : ISubresource
{
    public bool Serves(ResourceDefinition definition, string subresource) =>
        definition.Type == KnownTypes.Pods && subresource == "resize"
        || definition.Type == KnownTypes.Nodes && subresource == "proxy";

    public Task HandleAsync(ApiRequest request) => throw HttpErrors.NotImplemented(
        $"{request.Info.ResourceAndSubresource} is not served by embedded clusters; run the lab with --mode k3s to use it");
}
