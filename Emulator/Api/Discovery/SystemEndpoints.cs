using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Resources;

namespace Emulator.Api.Discovery;

/// <summary>Paths that are no objects: health, version, discovery, OpenAPI.</summary>
internal sealed class SystemEndpoints(DiscoveryEndpoint discovery, OpenApiEndpoint openApi, HealthEndpoint health)
{
    private static readonly ReadOnlyMemory<byte> Version = IndentedJson.From(ObjectEncoder.Serialize(new JsonObject
    {
        ["major"] = "1",
        ["minor"] = "32",
        ["gitVersion"] = "v1.32.13+lab",
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "2026-01-01T00:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = "dotnet",
        ["platform"] = "linux/amd64",
    }).Span);

    public Task HandleAsync(ApiRequest request)
    {
        var path = request.Info.Path.Length > 1 ? request.Info.Path.TrimEnd('/') : request.Info.Path;
        if (Handle(request, path) is not { } answer)
        {
            return ApiResponse.WriteTextAsync(request.Http, 404, "404 page not found\n");
        }

        return HttpMethods.IsGet(request.Http.Request.Method) || HttpMethods.IsHead(request.Http.Request.Method)
            ? answer()
            : throw HttpErrors.MethodNotAllowed();
    }

    private Func<Task>? Handle(ApiRequest request, string path)
    {
        switch (path)
        {
            case "/version":
                return () => ApiResponse.WriteAsync(request.Http, 200, "application/json", Version);
            case "/":
                return () => ApiResponse.WriteAsync(request.Http, 200, "application/json", IndentedJson.From(discovery.Paths()));
        }

        return path.StartsWith("/openapi/", StringComparison.Ordinal) ? openApi.Find(request, path)
            : path == "/api" || path == "/apis" || path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/apis/", StringComparison.Ordinal)
                ? discovery.Find(request, path)
            : health.Find(request, path);
    }
}
