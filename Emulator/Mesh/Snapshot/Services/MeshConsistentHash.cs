namespace Emulator.Mesh;

/// <summary>The part of a request by which an endpoint is chosen.</summary>
/// <param name="Kind">header, cookie, query or source.</param>
/// <param name="Ttl">How long a cookie lasts that the proxy sets where a client has none; null: it sets none.</param>
internal sealed record MeshConsistentHash(string Kind, string Name, string Path = "", TimeSpan? Ttl = null);
