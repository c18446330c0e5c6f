using Emulator.Api.Http;
using Emulator.Api.Resources;
using Emulator.Storage;

namespace Emulator.Api.Subresources;

/// <summary>Approves or denies a CertificateSigningRequest; the registry lets nothing else of it change.</summary>
internal sealed class ApprovalSubresource(Registry registry, ObjectEncoder encoder, WriteEndpoints write) : ISubresource
{
    public bool Serves(ResourceDefinition definition, string subresource) =>
        definition.Type == KnownTypes.CertificateSigningRequests && subresource == Registry.Approval;

    public Task HandleAsync(ApiRequest request) => request.Info.Verb switch
    {
        "get" => encoder.WriteAsync(request, registry.Get(request.Type, "", request.Info.Name)),
        "patch" => write.PatchAsync(request),
        "update" => write.UpdateAsync(request),
        _ => throw HttpErrors.MethodNotAllowed(),
    };
}
