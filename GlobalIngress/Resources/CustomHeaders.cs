using System.Text.Json.Nodes;
using GlobalIngress.Kubernetes;

namespace GlobalIngress.Resources;

/// <summary>The <c>customRequestHeaders</c> of a BackendConfig: <c>Name: value</c>, with variables in braces.</summary>
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
    public IReadOnlyList<(string Name, string Value)> For(string region) =>
        Headers.Count == 0 || !Headers.Any(header => header.Value.Contains('{')) ? Headers : [.. Headers.Select(header => (header.Name, Fill(header.Value, region)))];

    private static string Fill(string value, string region)
    {
        foreach (var variable in Variables)
        {
            value = value.Replace($"{{{variable}}}", variable == "client_region" ? region : "", StringComparison.Ordinal);
        }

        return value;
    }
}
