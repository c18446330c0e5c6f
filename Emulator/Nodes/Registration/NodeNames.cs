using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Emulator.Nodes;

/// <summary>Names and addresses of nodes as GKE gives them, the same at every start.</summary>
internal static class NodeNames
{
    // The networks of Google Cloud's auto mode, for the regions that labs usually take.
    private static readonly Dictionary<string, byte> Regions = new()
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

    public static string For(ClusterOptions options, int index)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(options.ClusterName));
        var node = SHA256.HashData(Encoding.UTF8.GetBytes($"{options.ClusterName}/{index}"));
        const string Letters = "bcdfghjklmnpqrstvwxz2456789";
        var suffix = string.Concat(node.Take(4).Select(part => Letters[part % Letters.Length]));
        return $"gke-{options.ClusterName}-default-pool-{Convert.ToHexStringLower(hash, 0, 4)}-{suffix}";
    }

    public static IPAddress Address(ClusterOptions options, int index) =>
        new([10, Regions.GetValueOrDefault(options.Region, (byte)200), 0, (byte)(2 + index)]);
}
