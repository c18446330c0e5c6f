using System.Globalization;
using Emulator.DataPlane.Logging;
using Emulator.DataPlane.Proxy;
using Emulator.DataPlane.Upstream;
using Emulator.Network;
using Forwarding;

namespace Emulator.DataPlane.Streams;

/// <summary>Carries connections that are not HTTP from a gateway to an endpoint.</summary>
internal static class StreamProxy
{
    private const int MaximumAttempts = 3;

    public static async Task CarryAsync(Stream client, PodConnection connection, GatewayServer server, int port, ProxyState state)
    {
        var entry = new AccessLogEntry("-", "-", "-", state.Time) { Details = "-" };
        state.Begin();
        try
        {
            var found = Array.Find(server.Routes, route => route.Takes(connection.ServerName, port, connection.Source.Address, connection.Destination.Address))?.Choose();
            var cluster = server.IsAutomatic ? Named(connection.ServerName, server, state) : found;
            if (cluster is null)
            {
                entry.Flag = "NR";
                return;
            }

            entry.UpstreamCluster = cluster.Name;
            if (await OpenAsync(cluster, server.PassesThrough, entry) is not { } upstream)
            {
                return;
            }

            await using (upstream.Stream)
            {
                upstream.Endpoint.Begin();
                try
                {
                    (entry.Sent, entry.Received) = await Tunnel.RunAsync(client, upstream.Stream, CancellationToken.None);
                }
                finally
                {
                    upstream.Endpoint.End();
                }
            }
        }
        finally
        {
            state.End();
            state.ClientLog?.Write(entry, 0, _ => null, connection);
        }
    }

    /// <summary>A connection to one of the cluster's endpoints; null where none can be had, which the entry then says.</summary>
    public static async Task<(Stream Stream, UpstreamEndpoint Endpoint)?> OpenAsync(UpstreamCluster cluster, bool isPassedThrough, AccessLogEntry entry)
    {
        List<UpstreamEndpoint> tried = [];
        while (tried.Count < MaximumAttempts && cluster.Pick(tried.Count == 0 ? null : tried) is { } endpoint)
        {
            try
            {
                var stream = await endpoint.OpenStreamAsync(isPassedThrough, CancellationToken.None);
                entry.UpstreamHost = endpoint.Endpoint.Address.ToString();
                endpoint.Outlier.Succeeded();
                return (stream, endpoint);
            }
            catch (UpstreamException e)
            {
                cluster.Failed(endpoint, toConnect: true);
                entry.TransportFailure = e.Message;
                tried.Add(endpoint);
            }
        }

        entry.Flag = tried.Count == 0 ? "UH" : "UF,URX";
        return null;
    }

    /// <summary>The cluster that a proxy of another network means: <c>outbound_.80_.v1_.host</c>.</summary>
    private static UpstreamCluster? Named(string? serverName, GatewayServer server, ProxyState state)
    {
        if (serverName?.Split("_.", 4) is not ["outbound", var port, var subset, var host]
            || !int.TryParse(port, CultureInfo.InvariantCulture, out var number) || server.Snapshot.Services.GetValueOrDefault(host) is not { } service)
        {
            return null;
        }

        return state.Upstreams.Begin(server.Snapshot).Cluster(service, number, subset is "" or "_" ? null : subset);
    }
}
