using System.Security.Cryptography;
using Emulator.Api.Http;
using Emulator.Api.Schemas;

namespace Emulator.Api.Discovery;

/// <summary>Serves the OpenAPI documents with ETags.</summary>
internal sealed class OpenApiEndpoint(IOpenApiSource source)
{
    // kubectl reads this form when it meets a kind that the cluster does not have, before it says so; {swagger: "2.0"} without definitions is enough.
    private static readonly byte[] ProtobufV2 = [0x0A, 0x03, .. "2.0"u8];

    private const string ProtobufV2Type = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    public Func<Task>? Find(ApiRequest request, string path)
    {
        if (path == "/openapi/v3")
        {
            return () => WriteAsync(request, source.V3Root());
        }

        if (path == "/openapi/v2")
        {
            return () => request.Http.Request.Headers.Accept.ToString().StartsWith(ProtobufV2Type, StringComparison.Ordinal)
                ? WriteProtobufV2Async(request.Http)
                : WriteAsync(request, source.V2());
        }

        return path.StartsWith("/openapi/v3/", StringComparison.Ordinal) && source.V3(path["/openapi/v3/".Length..]) is { } document
            ? () => WriteAsync(request, document)
            : null;
    }

    private static Task WriteProtobufV2Async(HttpContext http)
    {
        // Not as it was asked for: an @ is not allowed in a media type that clients parse.
        http.Response.ContentType = ProtobufV2Type.Replace('@', '.');
        http.Response.Headers.Vary = "Accept";
        http.Response.ContentLength = ProtobufV2.Length;
        return http.Response.Body.WriteAsync(ProtobufV2).AsTask();
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

        return ApiResponse.WriteAsync(request.Http, 200, "application/json", document);
    }
}
