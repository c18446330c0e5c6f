namespace Provisioner.Clusters;

/// <summary>Something that stands in the way before anything was made.</summary>
internal sealed record Problem(string What, string Cure);
