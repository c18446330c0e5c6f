using System.Net;
using System.Text.Json.Nodes;

namespace Containers;

/// <summary>A network as <c>network inspect</c> describes it.</summary>
public sealed record NetworkInspection(string Name, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<IPNetwork> Ranges)
{
    /// <summary>The engine's networks that have a label; all of them without one.</summary>
    /// <remarks>Read from JSON: <c>network ls</c> of podman does not know all words of docker's in its format.</remarks>
    public static async Task<IReadOnlyList<NetworkInspection>> ListAsync(ContainerEngine engine, CancellationToken cancellation, string? label = null)
    {
        var found = await engine.RunAsync(["network", "ls", "--quiet", .. label is null ? [] : new[] { "--filter", $"label={label}" }], cancellation);
        string[] names = [.. found.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        return names.Length == 0 ? [] : Parse(await engine.RunAsync(["network", "inspect", .. names], cancellation));
    }

    /// <summary>Reads the answer to <c>network inspect</c>.</summary>
    // docker: Name, Labels, IPAM.Config[].Subnet; podman: name, labels, subnets[].subnet
    public static IReadOnlyList<NetworkInspection> Parse(string json) =>
    [
        .. from network in JsonNode.Parse(json) as JsonArray ?? []
           let subnets = network["IPAM"]?["Config"] as JsonArray ?? network["subnets"] as JsonArray ?? []
           select new NetworkInspection(
               (network["Name"] ?? network["name"])?.ToString() ?? "?",
               ((network["Labels"] ?? network["labels"]) as JsonObject ?? []).ToDictionary(label => label.Key, label => label.Value?.ToString() ?? ""),
               [.. subnets.Select(subnet => (subnet!["Subnet"] ?? subnet["subnet"])?.ToString()).Where(range => IPNetwork.TryParse(range, out _)).Select(range => IPNetwork.Parse(range!))]),
    ];
}
