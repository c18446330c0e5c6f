namespace Emulator.Nodes;

/// <summary>The subnetworks of Google Cloud's auto mode networks, for the regions that labs usually take.</summary>
internal static class AutoModeSubnets
{
    /// <summary>The second part of a region's range: 128 of 10.128.0.0/20.</summary>
    public static IReadOnlyDictionary<string, byte> Known { get; } = new Dictionary<string, byte>
    {
        ["us-central1"] = 128,
        ["europe-west1"] = 132,
        ["us-west1"] = 138,
        ["asia-east1"] = 140,
        ["us-east1"] = 142,
        ["asia-northeast1"] = 146,
        ["asia-southeast1"] = 148,
        ["us-east4"] = 150,
        ["australia-southeast1"] = 152,
        ["europe-west2"] = 154,
        ["europe-west3"] = 156,
        ["asia-south1"] = 160,
        ["europe-west4"] = 164,
        ["asia-northeast2"] = 174,
        ["asia-northeast3"] = 178,
    };
}
