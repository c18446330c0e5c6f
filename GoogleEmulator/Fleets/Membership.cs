using System.Text.Json.Nodes;

namespace GoogleEmulator.Fleets;

/// <summary>A cluster's membership of a fleet.</summary>
internal sealed record Membership
{
    public required string Project { get; init; }

    /// <summary><c>global</c> or a region.</summary>
    public required string Location { get; init; }

    public required string Name { get; init; }

    /// <summary>The project, location and name of the cluster.</summary>
    public required ClusterLink Cluster { get; init; }

    /// <summary>The link as the caller gave it; gcloud compares it with its own.</summary>
    public required string ResourceLink { get; init; }

    /// <summary>The issuer of the cluster's tokens, as the caller gave it; null for none.</summary>
    public string? Issuer { get; init; }

    public required string UniqueId { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; init; }

    public JsonObject Labels { get; init; } = [];

    /// <summary><c>projects/P/locations/L/memberships/N</c></summary>
    public string Path => $"projects/{Project}/locations/{Location}/memberships/{Name}";
}
