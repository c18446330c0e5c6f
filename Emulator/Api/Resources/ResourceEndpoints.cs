using Emulator.Api.Http;
using Emulator.Api.Metrics;
using Emulator.Api.Subresources;
using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>All that happens below <c>/api/v1</c> and <c>/apis/GROUP/VERSION</c>.</summary>
internal sealed class ResourceEndpoints(
    ResourceCatalog catalog,
    Registry registry,
    ObjectEncoder encoder,
    ListEndpoint list,
    WatchEndpoint watch,
    WriteEndpoints write,
    DeleteEndpoints delete,
    SubresourceEndpoints subresources,
    MetricsEndpoint metrics)
{
    public Task HandleAsync(ApiRequest request)
    {
        var info = request.Info;
        if (catalog.Find(info.Group, info.Version, info.Resource) is not { } definition)
        {
            return subresources.TryHandleReview(request)
                ?? (catalog.All.Any(known => known.Group == info.Group && known.CustomResourceDefinition is null) ? throw HttpErrors.NoSuchResource()
                    : ApiResponse.WriteTextAsync(request.Http, 404, "404 page not found\n"));
        }

        request.Definition = definition;
        if (definition.Namespaced ? info.Namespace.Length == 0 && info.Name.Length > 0 : info.Namespace.Length > 0 && definition.Type != KnownTypes.Namespaces)
        {
            throw HttpErrors.NoSuchResource();
        }

        if (definition.IsComputed)
        {
            return info.Subresource.Length > 0 ? throw HttpErrors.NoSuchResource() : metrics.HandleAsync(request);
        }

        if (definition.CustomResourceDefinition is not null
            && (info.Subresource == "status" && !definition.HasStatus || info.Subresource == "scale" && !definition.HasScale))
        {
            throw ApiErrors.NotFound(definition.Type, info.Name);
        }

        Deprecation.Warn(request, definition, registry.Store);
        if (info.Subresource is not ("" or "status"))
        {
            return subresources.HandleAsync(request);
        }

        if (info.Rest.Length > 0 || info.Subresource == "status" && !definition.HasStatus)
        {
            throw HttpErrors.NoSuchResource();
        }

        var status = info.Subresource == "status";
        return info.Verb switch
        {
            "get" => GetAsync(request),
            "list" => list.HandleAsync(request),
            "watch" => watch.HandleAsync(request),
            "create" when info.Name.Length == 0 && (!definition.Namespaced || info.Namespace.Length > 0) => write.CreateAsync(request),
            "update" when info.Name.Length > 0 => write.UpdateAsync(request),
            "patch" when info.Name.Length > 0 => write.PatchAsync(request),
            "delete" when !status => delete.DeleteAsync(request),
            "deletecollection" when definition.Type != KnownTypes.Namespaces && (!definition.Namespaced || info.Namespace.Length > 0)
                && definition.Type != KnownTypes.Services => delete.DeleteCollectionAsync(request),
            _ => throw HttpErrors.MethodNotAllowed(),
        };
    }

    private Task GetAsync(ApiRequest request)
    {
        var form = Representation.From(request.Http, collection: false);
        if (request.Query("resourceVersion") is { Length: > 0 } version && ResourceVersions.Parse(version) is var wanted && wanted > registry.Store.Revision)
        {
            throw ResourceVersions.TooLarge(wanted, registry.Store.Revision);
        }

        var stored = registry.Get(request.Type, request.Namespace, request.Info.Name);
        return encoder.WriteAsync(request, form, encoder.Encode(request, stored, form));
    }
}
