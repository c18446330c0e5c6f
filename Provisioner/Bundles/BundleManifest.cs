using System.Text.Json;

namespace Provisioner.Bundles;

/// <summary>What is in a bundle.</summary>
public sealed record BundleManifest
{
    public const int CurrentVersion = 1;

    public int Version { get; init; }

    public string Istio { get => field ?? ""; init; }

    public string K3s { get => field ?? ""; init; }

    public IReadOnlyList<string> Platforms { get => field ?? []; init; }

    public IReadOnlyList<BundleFile> Files { get => field ?? []; init; }

    /// <exception cref="LabException">It is none, or of another version of the lab.</exception>
    internal static BundleManifest Read(byte[] json, string source)
    {
        BundleManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json, LabJson.Default.BundleManifest);
        }
        catch (JsonException e)
        {
            throw new LabException($"{source} is not a bundle of the lab: its {BundleLayout.Manifest} cannot be read: {e.Message}", "Save it again on the connected machine, and copy it again");
        }

        return manifest is { Version: CurrentVersion }
            ? manifest
            : throw new LabException(
                $"{source} is a bundle of version {manifest?.Version}; this lab reads version {CurrentVersion}", "Save it with the same version of the lab as the one that loads it");
    }

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, LabJson.Indented.BundleManifest);
}
