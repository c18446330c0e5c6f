namespace Forwarding;

/// <summary>How an attempt failed before there was an answer.</summary>
public enum UpstreamFailure
{
    Connect,
    ConnectTimeout,
    Tls,
    Reset,
    Timeout,

    /// <summary>A limit on connections or requests was reached before anything was sent.</summary>
    Overflow,
}
