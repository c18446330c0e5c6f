using System.Globalization;
using GlobalIngress.Resources;

namespace GlobalIngress.LoadBalancing;

/// <summary>What keeps the requests of one client at one endpoint.</summary>
/// <param name="Key">Chooses the endpoint; null: it is the next one's turn.</param>
/// <param name="Lifetime">How long a cookie is to last that the client has to be given; null: it needs none.</param>
internal readonly record struct Affinity(ulong? Key, TimeSpan? Lifetime)
{
    /// <summary>The cookie of Google's load balancers.</summary>
    private const string CookieName = "GCLB";

    public static Affinity Of(SessionAffinity? settings, HttpContext context) => settings switch
    {
        { Type: "CLIENT_IP" } => new(Hash(context.Connection.RemoteIpAddress?.ToString() ?? ""), null),
        { Type: "GENERATED_COOKIE" } when context.Request.Cookies.TryGetValue(CookieName, out var value) => new(Parse(value), null),
        { Type: "GENERATED_COOKIE", CookieLifetime: var lifetime } => new(null, lifetime),
        _ => default,
    };

    /// <summary>The cookie by which an endpoint is found again; null where the client has one, or needs none.</summary>
    public string? CookieFor(Endpoint endpoint) => Lifetime is not { } lifetime ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{CookieName}=\"{endpoint.Identity:x16}\"; {(lifetime > TimeSpan.Zero ? $"Max-Age={lifetime.TotalSeconds:0}; " : "")}Path=/; HttpOnly");

    /// <summary>FNV-1a with a last mixing, so that similar texts are far apart.</summary>
    public static ulong Hash(string text)
    {
        var hash = 14695981039346656037;
        foreach (var character in text)
        {
            hash = unchecked((hash ^ character) * 1099511628211);
        }

        return Mix(hash);
    }

    public static ulong Mix(ulong hash)
    {
        hash ^= hash >> 33;
        hash = unchecked(hash * 0xff51afd7ed558ccd);
        return hash ^ (hash >> 33);
    }

    private static ulong Parse(string text) =>
        ulong.TryParse(text.Trim('"'), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : Hash(text);
}
