namespace Provisioner.Tools.Gcloud.Answers;

/// <summary>Anything of Compute Engine, as far as a sweep needs to know it.</summary>
internal sealed record NamedResource(string Name, string? Description, string? Zone, string? Region, IReadOnlyDictionary<string, string>? Labels);
