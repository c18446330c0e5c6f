using System.Text.Json.Nodes;

namespace GoogleEmulator.Fleets;

/// <summary>The state of a feature in one member.</summary>
/// <param name="Details">What the feature itself tells; null where it tells nothing.</param>
internal sealed record MemberState(FeatureState State, JsonObject? Details = null);
