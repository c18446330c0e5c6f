using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace GoogleEmulator.Fleets;

/// <summary>A feature that a fleet has enabled: what was asked for, and what has come of it.</summary>
internal sealed class Feature(string id, DateTimeOffset created)
{
    public string Id => id;

    public DateTimeOffset Created { get; } = created;

    public DateTimeOffset Updated { get; set; } = created;

    /// <summary>What was asked for of the fleet; replaced whole.</summary>
    public JsonObject Spec { get; set; } = [];

    /// <summary>What was asked for of a member, by the membership's path.</summary>
    public ConcurrentDictionary<string, MemberSpec> MemberSpecs { get; } = new();

    /// <summary>The state of the fleet's feature; null while nothing is known.</summary>
    public FeatureState? State { get; set; }

    /// <summary>The states of members, by the membership's path.</summary>
    public ConcurrentDictionary<string, MemberState> MemberStates { get; } = new();
}
