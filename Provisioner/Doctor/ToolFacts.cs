namespace Provisioner.Doctor;

/// <summary>A program that some modes use.</summary>
/// <param name="Version">The first line that it says of its version; null where it is absent or says none.</param>
/// <param name="NeededIn">Modes that do not run without it.</param>
internal sealed record ToolFacts(string Name, string? Path, string? Version, IReadOnlyList<string> NeededIn, string Cure);
