namespace GoogleEmulator.Fleets;

/// <summary>A code, <c>OK</c>, <c>WARNING</c> or <c>ERROR</c>, with its description.</summary>
internal sealed record FeatureState(string Code, string Description, DateTimeOffset Updated);
