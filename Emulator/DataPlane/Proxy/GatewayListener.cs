using Emulator.DataPlane.Routing;
using Emulator.DataPlane.Streams;
using Emulator.Network;

namespace Emulator.DataPlane.Proxy;

/// <summary>One port of a gateway with all servers that share it.</summary>
internal sealed class GatewayListener
{
    private readonly GatewayServer[] servers;

    public GatewayListener(int port, GatewayServer[] servers, HostTable hosts)
    {
        Port = port;
        Hosts = hosts;
        this.servers = servers;
        RedirectsToHttps = Array.Exists(servers, server => server.Source.Tls?.HttpsRedirect is true);
        HasTls = Array.Exists(servers, server => server.IsTls);
    }

    /// <summary>The port by its number in the Gateway.</summary>
    public int Port { get; }

    public HostTable Hosts { get; }

    public bool RedirectsToHttps { get; }

    public bool HasTls { get; }

    /// <summary>What becomes of a connection; as in Envoy, one whose server name no server has is refused.</summary>
    public InboundDecision Accept(bool startsWithTls, string? serverName, ProxyState state, InboundFilters filters)
    {
        if (!startsWithTls)
        {
            // A server without TLS of protocol TCP carries anything, also what looks like HTTP.
            return Array.Find(servers, server => !server.IsTls && server.IsStream) is { } raw ? Carry(raw, state, filters)
                : Array.Exists(servers, server => !server.IsTls) ? InboundDecision.PlainText
                : InboundDecision.Refuse;
        }

        if (Choose(serverName) is not { } chosen)
        {
            return Array.Find(servers, server => !server.IsTls && server.IsStream) is { } raw ? Carry(raw, state, filters) : InboundDecision.Refuse;
        }

        return chosen.PassesThrough ? Carry(chosen, state, filters)
            : chosen.Options(state) is not { } options ? InboundDecision.Refuse
            : chosen.IsStream ? new InboundDecision(true, options, Carrier(chosen, state, filters))
            : new InboundDecision(true, options);
    }

    /// <summary>The server whose hosts cover the name best; a client without a name gets one for all hosts.</summary>
    private GatewayServer? Choose(string? name) => servers
        .Where(server => server.IsTls && (name is null ? server.Hosts.Contains("*") : server.Hosts.Any(host => HostTable.Intersect(host, name) is not null)))
        .MaxBy(server => server.Hosts.Where(host => host == "*" || (name is not null && HostTable.Intersect(host, name) is not null)).Max(host => host.Length));

    private InboundDecision Carry(GatewayServer server, ProxyState state, InboundFilters filters) => new(true, null, Carrier(server, state, filters));

    private StreamHandler Carrier(GatewayServer server, ProxyState state, InboundFilters filters) => (stream, connection) =>
        filters.Refuses(connection) ? Task.CompletedTask : StreamProxy.CarryAsync(stream, connection, server, Port, state);
}
