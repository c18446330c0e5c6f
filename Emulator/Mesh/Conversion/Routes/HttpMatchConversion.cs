using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>One match of an HTTP rule.</summary>
internal static class HttpMatchConversion
{
    public static MeshHttpMatch Convert(JsonObject match, string ns) => new()
    {
        Uri = Text(match["uri"]),
        IgnoreUriCase = match["ignoreUriCase"].IsTrue(),
        Scheme = Text(match["scheme"]),
        Method = Text(match["method"]),
        Authority = Text(match["authority"]),
        Headers = Texts(match["headers"], HeaderName),
        WithoutHeaders = Texts(match["withoutHeaders"], HeaderName),
        QueryParameters = Texts(match["queryParams"], name => name),
        Port = match["port"].AsLong() is { } port ? (int)port : null,
        SourceLabels = match["sourceLabels"].Map().ToImmutableDictionary(),
        SourceNamespace = match["sourceNamespace"].Text(),
        Gateways = [.. match["gateways"].Texts().Select(gateway => HostNames.ResolveGateway(gateway, ns))],
    };

    /// <summary>Names of claims, which routes have in place of headers, keep their case.</summary>
    private static string HeaderName(string name) => name.StartsWith('@') ? name : name.ToLowerInvariant();

    private static ImmutableDictionary<string, MeshStringMatch> Texts(JsonNode? map, Func<string, string> key) =>
        map is JsonObject entries
            // A match without a kind asks only that the header or parameter is there.
            ? entries.ToImmutableDictionary(entry => key(entry.Key), entry => Text(entry.Value) ?? new MeshStringMatch("regex", ".*"))
            : ImmutableDictionary<string, MeshStringMatch>.Empty;

    public static MeshStringMatch? Text(JsonNode? match)
    {
        foreach (var kind in (ReadOnlySpan<string>)["exact", "prefix", "regex"])
        {
            if (match?[kind].Text() is { } value)
            {
                return new MeshStringMatch(kind, value);
            }
        }

        return null;
    }
}
