using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Emulator.Mesh.Conversion;

/// <summary>The <c>selector.matchLabels</c> of Istio's policies.</summary>
internal static class WorkloadSelectors
{
    public static ImmutableDictionary<string, string> Of(JsonObject node) =>
        node["spec"]?["selector"]?["matchLabels"].Map().ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty;
}
