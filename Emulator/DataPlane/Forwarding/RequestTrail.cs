using Emulator.DataPlane.Logging;
using Emulator.DataPlane.Tracing;
using Emulator.DataPlane.Upstream;

namespace Emulator.DataPlane.Forwarding;

/// <summary>What is written down of a request on its way: a span when it is traced, a log entry when access logs are on.</summary>
internal readonly record struct RequestTrail(ProxySpan? Span, AccessLogEntry? Entry)
{
    /// <summary>Notes an answer that the proxy gives by itself.</summary>
    public void Answered(string details, string? flag = null)
    {
        if (Entry is not null)
        {
            Entry.Details = details;
            if (flag is not null)
            {
                Flagged(flag);
            }
        }
    }

    /// <summary>Adds a response flag to those that the request has.</summary>
    public void Flagged(string flag)
    {
        if (Entry is not null)
        {
            Entry.Flag = Entry.Flag is { } earlier ? $"{earlier},{flag}" : flag;
        }
    }

    public void SentTo(UpstreamCluster cluster, UpstreamEndpoint endpoint)
    {
        if (Entry is not null)
        {
            Entry.UpstreamHost = endpoint.Endpoint.Address.ToString();
            Entry.UpstreamCluster = cluster.Name;
        }
    }
}
