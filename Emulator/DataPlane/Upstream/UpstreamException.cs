namespace Emulator.DataPlane.Upstream;

/// <summary>An attempt ended without an answer.</summary>
internal sealed class UpstreamException(UpstreamFailure failure, string message) : Exception(message)
{
    public UpstreamFailure Failure => failure;

    /// <summary>The body that Envoy sends for it.</summary>
    public string Body => failure switch
    {
        UpstreamFailure.Timeout => "upstream request timeout",
        UpstreamFailure.Connect =>
            $"{Prefix}remote connection failure, transport failure reason: delayed connect error: {Message}",
        UpstreamFailure.ConnectTimeout => Prefix + "connection timeout",
        UpstreamFailure.Tls => $"{Prefix}remote connection failure, transport failure reason: TLS_error: {Message}",
        _ => Prefix + "connection termination",
    };

    public int Status => failure is UpstreamFailure.Timeout ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status503ServiceUnavailable;

    /// <summary>The response flag of Envoy's access log.</summary>
    public string Flag => failure switch
    {
        UpstreamFailure.Timeout => "UT",
        UpstreamFailure.Reset => "UC",
        _ => "UF",
    };

    private const string Prefix = "upstream connect error or disconnect/reset before headers. reset reason: ";
}
