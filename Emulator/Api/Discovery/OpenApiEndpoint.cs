using System.Security.Cryptography;
using Emulator.Api.Http;
using Emulator.Api.Schemas;

namespace Emulator.Api.Discovery;

/// <summary>Serves the OpenAPI documents with ETags.</summary>
internal sealed class OpenApiEndpoint(IOpenApiSource source)
{
    private volatile Tuple<byte[], byte[]>? protobuf;

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
                ? WriteProtobufV2Async(request)
                : WriteAsync(request, source.V2());
        }

        return path.StartsWith("/openapi/v3/", StringComparison.Ordinal) && source.V3(path["/openapi/v3/".Length..]) is { } document
            ? () => WriteAsync(request, document)
            : null;
    }

    private Task WriteProtobufV2Async(ApiRequest request)
    {
        var document = source.V2();
        var known = protobuf;
        if (known is null || !ReferenceEquals(known.Item1, document))
        {
            protobuf = known = Tuple.Create(document, OpenApiProtobuf.From(document));
        }

        // Not as it was asked for: an @ is not allowed in a media type that clients parse.
        return WriteAsync(request, known.Item2, ProtobufV2Type.Replace('@', '.'));
    }

    private static Task WriteAsync(ApiRequest request, byte[] document, string contentType = "application/json")
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

        return ApiResponse.WriteAsync(request.Http, 200, contentType, document);
    }
}
