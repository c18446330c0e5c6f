using Emulator.Nodes;

namespace GoogleEmulator.Container;

/// <summary>Zones and regions, as far as their names tell.</summary>
internal static class Locations
{
    private static readonly string[] s_regions =
    [
        "africa-south1", "asia-east1", "asia-east2", "asia-northeast1", "asia-northeast2", "asia-northeast3", "asia-south1", "asia-south2",
        "asia-southeast1", "asia-southeast2", "australia-southeast1", "australia-southeast2", "europe-central2", "europe-north1",
        "europe-southwest1", "europe-west1", "europe-west2", "europe-west3", "europe-west4", "europe-west6", "europe-west8", "europe-west9",
        "me-central1", "me-west1", "northamerica-northeast1", "northamerica-northeast2", "southamerica-east1", "southamerica-west1",
        "us-central1", "us-east1", "us-east4", "us-east5", "us-south1", "us-west1", "us-west2", "us-west3", "us-west4",
    ];

    public static IReadOnlyList<string> Regions => s_regions;

    /// <summary>The second part of the range of a region's subnetwork of the default network: 128 of 10.128.0.0/20.</summary>
    public static int SubnetOf(string region) => AutoModeSubnets.Known.TryGetValue(region, out var known)
        ? known
        : Enumerable.Range(201, 55).ElementAt(Array.IndexOf([.. s_regions.Where(other => !AutoModeSubnets.Known.ContainsKey(other))], region));

    /// <summary><c>us-central1-c</c> is a zone, <c>us-central1</c> a region.</summary>
    public static bool IsZone(string location) => location.Length > 2 && location[^2] == '-' && char.IsAsciiLetterLower(location[^1]);

    public static string RegionOf(string location) => IsZone(location) ? location[..^2] : location;

    public static bool IsKnown(string location) => s_regions.Contains(RegionOf(location)) && (!IsZone(location) || ZonesOf(RegionOf(location)).Contains(location));

    public static IReadOnlyList<string> ZonesOf(string region) => region switch
    {
        "us-central1" => ["us-central1-a", "us-central1-b", "us-central1-c", "us-central1-f"],
        "us-east1" or "europe-west1" => [$"{region}-b", $"{region}-c", $"{region}-d"],
        _ => [$"{region}-a", $"{region}-b", $"{region}-c"],
    };

    /// <summary>Where the nodes of a cluster in this location are: three zones for a region.</summary>
    public static IReadOnlyList<string> NodeZones(string location) => IsZone(location) ? [location] : [.. ZonesOf(location).Take(3)];
}
