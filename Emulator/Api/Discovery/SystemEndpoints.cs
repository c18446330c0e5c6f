using System.Text;
using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Resources;
using Emulator.Api.Server;

namespace Emulator.Api.Discovery;

/// <summary>Paths that are no objects: health, version, discovery, OpenAPI.</summary>
internal sealed class SystemEndpoints(DiscoveryEndpoint discovery, OpenApiEndpoint openApi, Readiness readiness)
{
    private static readonly byte[] Version = ObjectEncoder.Serialize(new JsonObject
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
    }).ToArray();

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
            case "/healthz" or "/livez":
                return () => HealthAsync(request, path[1..], []);
            case "/readyz":
                return () => HealthAsync(request, "readyz", readiness.Checks);
            case "/version":
                return () => ApiResponse.WriteJsonAsync(request.Http, Version);
            case "/":
                return () => ApiResponse.WriteJsonAsync(request.Http, discovery.Paths());
        }

        return path.StartsWith("/openapi/", StringComparison.Ordinal) ? openApi.Find(request, path)
            : path == "/api" || path == "/apis" || path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/apis/", StringComparison.Ordinal)
                ? discovery.Find(request, path)
            : path.StartsWith("/readyz/", StringComparison.Ordinal) || path.StartsWith("/livez/", StringComparison.Ordinal)
                ? () => ApiResponse.WriteTextAsync(request.Http, 200, "ok")
            : null;
    }

    /// <summary>What kube-apiserver says of its health: <c>ok</c>, or a line for each check where asked or where one fails.</summary>
    private static Task HealthAsync(ApiRequest request, string name, IReadOnlyList<IReadinessCheck> checks)
    {
        var ready = checks.All(check => check.Ready.IsCompletedSuccessfully);
        // ?verbose has no value: its being there is what counts.
        if (ready && !request.Http.Request.Query.ContainsKey("verbose"))
        {
            return ApiResponse.WriteTextAsync(request.Http, 200, "ok");
        }

        var text = new StringBuilder("[+]ping ok\n");
        foreach (var check in checks)
        {
            text.Append(check.Ready.IsCompletedSuccessfully ? "[+]" : "[-]").Append(check.Name)
                .Append(check.Ready.IsCompletedSuccessfully ? " ok\n" : check.Ready.IsFaulted ? " failed: reason withheld\n" : " failed: not ready yet\n");
        }

        text.Append(ready ? $"{name} check passed\n" : $"{name} check failed\n");
        return ApiResponse.WriteTextAsync(request.Http, ready ? 200 : 500, text.ToString());
    }
}
