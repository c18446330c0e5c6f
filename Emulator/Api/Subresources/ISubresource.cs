using Emulator.Api.Http;
using Emulator.Storage;

namespace Emulator.Api.Subresources;

/// <summary>What lies below an object: its log, its scale, the way to its port.</summary>
internal interface ISubresource
{
    bool Serves(ResourceDefinition definition, string subresource);

    Task HandleAsync(ApiRequest request);
}
