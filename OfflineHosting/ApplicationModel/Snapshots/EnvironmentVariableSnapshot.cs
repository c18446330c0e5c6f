namespace Aspire.Hosting.ApplicationModel;

/// <summary>An environment variable of a resource; <paramref name="IsFromSpec"/> where the model set it.</summary>
public sealed record EnvironmentVariableSnapshot(string Name, string? Value, bool IsFromSpec);
