using System.Net;
using Emulator.DataPlane.Authentication;
using Emulator.Network;
using Microsoft.Extensions.Primitives;

namespace Emulator.DataPlane.Authorization;

/// <summary>What policies look at in one request, or in one connection that is not HTTP.</summary>
/// <param name="context">Null for a connection that is not HTTP.</param>
internal readonly struct RequestFacts(PodConnection connection, HttpContext? context, JwtPrincipal? principal, bool isGateway)
{
    private const string SpiffeScheme = "spiffe://";

    public bool IsHttp => context is not null;

    public IPEndPoint Source => connection.Source;

    /// <summary>The peer's SPIFFE identity, with its scheme.</summary>
    public string? Identity => connection.PeerIdentity;

    /// <summary>The peer's identity without its scheme.</summary>
    public string? Principal => connection.PeerIdentity is { } id && id.StartsWith(SpiffeScheme, StringComparison.Ordinal) ? id[SpiffeScheme.Length..] : null;

    public string? SourceNamespace => Part(2);

    public string? SourceServiceAccount => Part(4) is { } account ? $"{SourceNamespace}/{account}" : null;

    public IPAddress SourceAddress => connection.Source.Address;

    /// <summary>The client in front of the mesh: at a gateway whoever connects, elsewhere what the gateway says.</summary>
    public IPAddress RemoteAddress =>
        !isGateway && context?.Request.Headers["x-forwarded-for"] is { Count: > 0 } forwarded
        && IPAddress.TryParse(forwarded[^1]?.Split(',')[^1].Trim(), out var client)
            ? client
            : connection.Source.Address;

    public IPEndPoint Destination => connection.Destination;

    public string? ServerName => connection.ServerName;

    public string? Host => context?.Request.Headers.Host;

    public string? Method => context?.Request.Method;

    /// <summary>The path after normalisation, as the workload reads it.</summary>
    public string? Path => context?.Request.Path.Value;

    public StringValues Header(string name) => context is not null && context.Request.Headers.TryGetValue(name, out var values) ? values : default;

    public StringValues Claim(IReadOnlyList<string> path) => principal?.Claim(path) ?? default;

    public string? RequestPrincipal => principal?.Name;

    // spiffe path: TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT
    private string? Part(int index) => Principal?.Split('/') is { Length: 5 } parts ? parts[index] : null;
}
