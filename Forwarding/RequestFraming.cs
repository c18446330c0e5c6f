using Microsoft.AspNetCore.Http;

namespace Forwarding;

/// <summary>How the length of a request is told.</summary>
public static class RequestFraming
{
    // Where Kestrel puts the length of a request that is chunked as well.
    private const string SetAside = "X-Content-Length";

    /// <summary>
    /// Whether a request has both Content-Length and Transfer-Encoding, which two servers in a row may read differently (RFC 9112, 6.1). Envoy and Google's
    /// front ends refuse it with 400; Kestrel lets it through.
    /// </summary>
    public static bool IsAmbiguous(HttpRequest request) => request.Headers.TransferEncoding.Count > 0 && request.Headers.ContainsKey(SetAside);
}
