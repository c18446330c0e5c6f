using System.Text.Json.Nodes;
using Emulator.Mesh.Discovery;
using Emulator.Storage;

namespace Emulator.Mesh.Diagnostics;

/// <summary>What istiod answers over HTTP: readiness, metrics and the debug pages, at istiod's own addresses and in its JSON.</summary>
internal static class PilotEndpoints
{
    public static readonly int[] Ports = [8080, 15010, 15012, 15014, 15017];

    public static Task HandleAsync(Pilot pilot, int port, HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        return port switch
        {
            15010 or 15012 => TextAsync(http, 501, "embedded proxies get their configuration in process, not over xDS\n"),
            15017 => TextAsync(http, 501, "the embedded API server calls the injector in process\n"),
            _ => path switch
            {
                "/ready" => TextAsync(http, pilot.Ready ? 200 : 503, ""),
                "/metrics" => TextAsync(http, 200, PilotMetrics.Write(pilot)),
                "/version" => TextAsync(http, 200, pilot.Options.Version),
                "/debug/clusterz" => JsonAsync(http, DebugPages.Clusters(pilot)),
                "/debug/endpointz" => JsonAsync(http, DebugPages.Endpoints(pilot)),
                "/debug/registryz" => JsonAsync(http, DebugPages.Registry(pilot)),
                "/debug/configz" => JsonAsync(http, DebugPages.Config(pilot)),
                "/debug/syncz" => JsonAsync(http, DebugPages.Sync(pilot)),
                "/debug/analysisz" => JsonAsync(http, DebugPages.Findings(pilot)),
                "/debug" or "/debug/" => TextAsync(
                    http, 200, "/debug/clusterz\n/debug/endpointz\n/debug/registryz\n/debug/configz\n/debug/syncz\n/debug/analysisz\n"),
                _ => TextAsync(http, 404, "404 page not found\n"),
            },
        };
    }

    private static Task TextAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text);
    }

    private static Task JsonAsync(HttpContext http, JsonNode node)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(node.ToJsonString(StoreJson.Options));
    }
}
