namespace Forwarding;

/// <summary>A server that requests are passed on to over HTTP/1.1.</summary>
public interface IUpstream
{
    /// <summary>An idle connection, or null when there is none.</summary>
    UpstreamConnection? TryRent();

    /// <exception cref="UpstreamException">No connection came about.</exception>
    ValueTask<UpstreamConnection> ConnectAsync(CancellationToken cancellation);

    /// <summary>Takes a connection back that can carry another request.</summary>
    void Return(UpstreamConnection connection);
}
