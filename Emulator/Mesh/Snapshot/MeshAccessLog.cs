namespace Emulator.Mesh;

/// <summary>What a Telemetry says of the access log of one direction.</summary>
/// <param name="Filter">A CEL expression over Envoy's attributes that a request has to satisfy for its line; null: each has one.</param>
internal sealed record MeshAccessLog(bool IsOn, string? Filter);
