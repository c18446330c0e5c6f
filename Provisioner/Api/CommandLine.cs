namespace Provisioner.Api;

/// <summary>One line of a command's answer; the last has <see cref="Done"/>.</summary>
public sealed record CommandLine(string Message, bool Done = false, bool Ok = true, string? Cure = null);
