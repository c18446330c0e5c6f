namespace AppHost.K3s;

/// <summary>The names of the images that the lab builds itself. No registry has them: they are built here, or come with a bundle.</summary>
internal static class K3sImages
{
    public const string Whereami = "docker.io/lab/whereami:1.0";

    /// <summary>The OTLP relay of a cluster.</summary>
    public const string Relay = "docker.io/lab/relay:1.0";
}
