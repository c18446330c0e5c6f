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
        // Istio's gateways trust no proxy in front of them (numTrustedProxies 0), the global load balancer neither.
        headers["x-forwarded-proto"] = connection.IsTls ? "https" : "http";
        headers.Remove("x-forwarded-client-cert");

        if (!headers.ContainsKey("x-request-id"))
        {
            headers["x-request-id"] = Guid.NewGuid().ToString();
        }
    }
}
