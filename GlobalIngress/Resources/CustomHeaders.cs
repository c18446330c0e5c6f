using System.Security.Authentication;
using System.Text.Json.Nodes;
using GlobalIngress.Kubernetes;
using Microsoft.AspNetCore.Connections.Features;

namespace GlobalIngress.Resources;

/// <summary>The <c>customRequestHeaders</c> or <c>customResponseHeaders</c> of a BackendConfig: <c>Name: value</c>, with variables in braces.</summary>
internal sealed record CustomHeaders(IReadOnlyList<(string Name, string Value)> Headers)
{
    // What a lab knows of a client; Google fills in the others from its own network.
    private static readonly string[] Variables = ["client_region", "client_rtt_msec", "client_city", "client_city_lat_long", "tls_sni_hostname", "tls_version", "tls_cipher_suite"];

    public static CustomHeaders None { get; } = new([]);

    public static CustomHeaders Read(JsonObject? spec) => spec is null ? None : new(
    [
        .. spec.List("headers").Select(header => header?.ToString().Split(':', 2)).Where(parts => parts is { Length: 2 })
            .Select(parts => (parts![0].Trim(), parts[1].Trim())),
    ]);

    /// <summary>The headers for a client in a region; variables that a lab has no value for are empty, as Google's are where it knows none.</summary>
    public IReadOnlyList<(string Name, string Value)> For(string region, HttpContext context) =>
        Headers.Count == 0 || !Headers.Any(header => header.Value.Contains('{')) ? Headers : [.. Headers.Select(header => (header.Name, Fill(header.Value, region, context)))];

    private static string Fill(string value, string region, HttpContext context)
    {
        foreach (var variable in Variables)
        {
            if (value.Contains(variable, StringComparison.Ordinal))
            {
                value = value.Replace($"{{{variable}}}", Value(variable, region, context.Features.Get<ITlsHandshakeFeature>()), StringComparison.Ordinal);
            }
        }

        return value;
    }

    private static string Value(string variable, string region, ITlsHandshakeFeature? tls) => variable switch
    {
        "client_region" => region,
        "tls_sni_hostname" => tls?.HostName ?? "",
        "tls_version" => tls?.Protocol switch { SslProtocols.Tls13 => "TLSv1.3", SslProtocols.Tls12 => "TLSv1.2", _ => "" },
        _ => "",
    };
}
