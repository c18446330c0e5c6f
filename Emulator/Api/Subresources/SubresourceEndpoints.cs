using Emulator.Api.Http;

namespace Emulator.Api.Subresources;

/// <summary>Sends a subresource to the endpoint that knows it.</summary>
internal sealed class SubresourceEndpoints(IEnumerable<ISubresource> known, IEnumerable<IReview> reviews)
{
    public Task HandleAsync(ApiRequest request)
    {
        foreach (var subresource in known)
        {
            if (subresource.Serves(request.Definition, request.Info.Subresource))
            {
                return subresource.HandleAsync(request);
            }
        }

        throw HttpErrors.NoSuchResource();
    }

    /// <summary>Answers a question that is posted like an object but never stored, such as a SubjectAccessReview; null if it is none.</summary>
    public Task? TryHandleReview(ApiRequest request)
    {
        foreach (var review in reviews)
        {
            if (review.Group == request.Info.Group && review.Plural == request.Info.Resource)
            {
                return request.Info.Verb == "create" ? review.HandleAsync(request) : throw HttpErrors.MethodNotAllowed();
            }
        }

        return null;
    }
}
