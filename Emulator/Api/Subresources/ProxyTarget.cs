using Emulator.Storage;

namespace Emulator.Api.Subresources;

/// <summary>The name part of a proxy path: <c>NAME</c>, <c>NAME:PORT</c> or <c>SCHEME:NAME:PORT</c>.</summary>
internal sealed record ProxyTarget(string Scheme, string Name, string Port)
{
    public static ProxyTarget Parse(string text)
    {
        var parts = text.Split(':');
        return parts.Length switch
        {
            1 => new ProxyTarget("http", parts[0], ""),
            2 => new ProxyTarget("http", parts[0], parts[1]),
            3 when parts[0] is "" or "http" => new ProxyTarget("http", parts[1], parts[2]),
            3 when parts[0] == "https" => throw new ApiException(
                501, "NotImplemented", $"proxying to \"{text}\" over https is not served here; use the plain port, or kubectl port-forward"),
            _ => throw ApiErrors.BadRequest($"invalid pod or service request \"{text}\": expected NAME, NAME:PORT or http:NAME:PORT"),
        };
    }
}
