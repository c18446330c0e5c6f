using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>A DestinationRule with what decides whether it is in force.</summary>
/// <param name="Selector">Labels of the callers that it is for; empty: all.</param>
internal sealed record DestinationRuleInput(JsonObject Node, string Host, ImmutableArray<string> ExportTo, ImmutableDictionary<string, string> Selector)
{
    public string Namespace { get; } = Node.Namespace();

    public JsonNode Spec { get; } = Node["spec"] ?? new JsonObject();

    /// <summary>The more of a host is written out, the more specific it is.</summary>
    public int Weight => Host.TrimStart('*').Length;

    public static DestinationRuleInput Of(JsonObject rule) => new(
        rule,
        HostNames.Resolve(rule["spec"]?["host"].Text() ?? "", rule.Namespace()),
        Visibility.Of(rule),
        rule["spec"]?["workloadSelector"]?["matchLabels"].Map().ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty);

    public bool Covers(string host) => HostNames.Covers(Host, host);
}
