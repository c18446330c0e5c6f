using System.Security.Cryptography;
using Emulator.Api.Http;
using Emulator.Api.Schemas;

namespace Emulator.Api.Discovery;

/// <summary>Serves the OpenAPI documents with ETags.</summary>
internal sealed class OpenApiEndpoint(IOpenApiSource source)
{
    public Func<Task>? Find(ApiRequest request, string path)
    {
        if (path == "/openapi/v3")
        {
            return () => WriteAsync(request, source.V3Root());
        }

        if (path == "/openapi/v2")
        {
            return () => WriteAsync(request, source.V2());
        }

        return path.StartsWith("/openapi/v3/", StringComparison.Ordinal) && source.V3(path["/openapi/v3/".Length..]) is { } document
            ? () => WriteAsync(request, document)
            : null;
    }

    private static Task WriteAsync(ApiRequest request, byte[] document)
    {
        var headers = request.Http.Response.Headers;
        var etag = $"\"{Convert.ToHexString(SHA256.HashData(document))}\"";
        headers.ETag = etag;
        headers.Vary = "Accept";
        if (request.Query("hash") is not null)
        {
            headers.CacheControl = "public, immutable";
        }

        if (request.Http.Request.Headers.IfNoneMatch == etag)
        {
            request.Http.Response.StatusCode = 304;
            return Task.CompletedTask;
        }

        return ApiResponse.WriteJsonAsync(request.Http, document);
    }
}
