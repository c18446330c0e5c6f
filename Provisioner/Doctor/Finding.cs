namespace Provisioner.Doctor;

/// <summary>One line of the doctor: what was looked at, how it is, and the cure where it is not well.</summary>
public sealed record Finding(string Check, Severity Severity, string Message, string? Cure = null);
