using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Emulator.Nodes;

/// <summary>Names and addresses of nodes as GKE gives them, the same at every start.</summary>
internal static class NodeNames
{
    public static string For(ClusterOptions options, int index)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(options.ClusterName));
        var node = SHA256.HashData(Encoding.UTF8.GetBytes($"{options.ClusterName}/{index}"));
        const string Letters = "bcdfghjklmnpqrstvwxz2456789";
        var suffix = string.Concat(node.Take(4).Select(part => Letters[part % Letters.Length]));
        return $"gke-{options.ClusterName}-default-pool-{Convert.ToHexStringLower(hash, 0, 4)}-{suffix}";
    }

    public static IPAddress Address(ClusterOptions options, int index) =>
        new([10, AutoModeSubnets.Known.GetValueOrDefault(options.Region, (byte)200), 0, (byte)(2 + index)]);
}
