using Microsoft.AspNetCore.Http;

namespace Forwarding;

/// <summary>An attempt ended without an answer.</summary>
public sealed class UpstreamException(UpstreamFailure failure, string message) : Exception(message)
{
    private const string Prefix = "upstream connect error or disconnect/reset before headers. reset reason: ";

    public UpstreamFailure Failure => failure;

    /// <summary>The body that Envoy sends for it.</summary>
    public string Body => failure is UpstreamFailure.Timeout ? "upstream request timeout" : Prefix + Reason;

    public int Status => failure is UpstreamFailure.Timeout ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status503ServiceUnavailable;

    /// <summary>The response flag of Envoy's access log.</summary>
    public string Flag => failure switch
    {
        UpstreamFailure.Timeout => "UT",
        UpstreamFailure.Reset => "UC",
        UpstreamFailure.Overflow => "UO",
        _ => "UF",
    };

    /// <summary>The response code details of Envoy's access log.</summary>
    public string Details => failure is UpstreamFailure.Timeout
        ? "upstream_response_timeout"
        : $"upstream_reset_before_response_started{{{Reason.Split(',')[0].Replace(' ', '_')}}}";

    private string Reason => failure switch
    {
        UpstreamFailure.Connect => $"remote connection failure, transport failure reason: delayed connect error: {Message}",
        UpstreamFailure.ConnectTimeout => "connection timeout",
        UpstreamFailure.Tls => $"remote connection failure, transport failure reason: TLS_error: {Message}",
        UpstreamFailure.Overflow => "overflow",
        _ => "connection termination",
    };
}
