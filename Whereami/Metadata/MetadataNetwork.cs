namespace Whereami.Metadata;

/// <summary>The way to metadata servers: they are beside the machine, never behind a proxy.</summary>
internal static class MetadataNetwork
{
    public static SocketsHttpHandler Handler { get; } = new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
        ActivityHeadersPropagator = null,
    };
}
