using Emulator.Mesh.Discovery;

namespace Emulator.Mesh.Diagnostics;

/// <summary>What istiod answers over HTTP.</summary>
internal static class PilotEndpoints
{
    public static readonly int[] Ports = [8080, 15010, 15012, 15014, 15017];

    public static Task HandleAsync(Pilot pilot, int port, HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (path == "/ready")
        {
            http.Response.StatusCode = pilot.Ready ? 200 : 503;
            return Task.CompletedTask;
        }

        http.Response.StatusCode = 404;
        return http.Response.WriteAsync("404 page not found\n");
    }
}
