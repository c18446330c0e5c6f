using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Mesh.GatewayApi;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>Which workloads Istio's policies are for.</summary>
internal static class WorkloadSelectors
{
    /// <summary>The selectors that a policy comes to: one for each Gateway that <c>targetRefs</c> names, none where all of them name something else.</summary>
    public static IEnumerable<ImmutableDictionary<string, string>> All(JsonObject node)
    {
        var spec = node["spec"];
        List<JsonObject> targets = [.. spec?["targetRefs"].Items() ?? [], .. spec?["targetRef"] is JsonObject single ? [single] : Array.Empty<JsonObject>()];
        return targets.Count == 0
            ? [Of(node)]
            : targets.Where(target => target["kind"].Text() == "Gateway")
                .Select(target => ImmutableDictionary<string, string>.Empty.Add(GatewayApiTypes.GatewayNameLabel, target["name"].Text() ?? ""));
    }

    /// <summary>The policy's <c>selector.matchLabels</c>.</summary>
    public static ImmutableDictionary<string, string> Of(JsonObject node) =>
        node["spec"]?["selector"]?["matchLabels"].Map().ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty;
}
