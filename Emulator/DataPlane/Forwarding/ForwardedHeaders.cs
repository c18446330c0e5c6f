using Emulator.Network;

namespace Emulator.DataPlane.Forwarding;

/// <summary>The headers by which the application learns of the client in front of a gateway.</summary>
internal static class ForwardedHeaders
{
    public static void Apply(HttpContext context, PodConnection connection)
    {
        var headers = context.Request.Headers;
        var client = (string)(connection.ProxyNote ??= connection.Source.Address.ToString());
        headers["x-forwarded-for"] = headers.TryGetValue("x-forwarded-for", out var earlier) && earlier.Count > 0 ? $"{earlier},{client}" : client;
        if (!headers.ContainsKey("x-forwarded-proto"))
        {
            headers["x-forwarded-proto"] = connection.IsTls ? "https" : "http";
        }

        if (!headers.ContainsKey("x-request-id"))
        {
            headers["x-request-id"] = Guid.NewGuid().ToString();
        }
    }
}
