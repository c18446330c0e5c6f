namespace Emulator.DataPlane.Upstream;

/// <summary>How an attempt failed before there was an answer.</summary>
internal enum UpstreamFailure
{
    Connect,
    ConnectTimeout,
    Tls,
    Reset,
    Timeout,
}
