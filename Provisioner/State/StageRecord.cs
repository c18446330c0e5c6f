namespace Provisioner.State;

/// <summary>How far one stage is.</summary>
/// <param name="State">pending, running, done, failed, superseded or skipped.</param>
/// <param name="Seconds">How long its last run took.</param>
/// <param name="Message">What it is doing, or why it failed.</param>
public sealed record StageRecord(int Number, string Name, string State, double? Seconds = null, string? Message = null);
