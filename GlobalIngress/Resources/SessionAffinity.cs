namespace GlobalIngress.Resources;

/// <summary>How long a client stays at its endpoint.</summary>
/// <param name="Type">NONE, CLIENT_IP or GENERATED_COOKIE.</param>
/// <param name="CookieLifetime">Zero: until the client ends its session.</param>
internal sealed record SessionAffinity(string Type, TimeSpan CookieLifetime);
