using System.Text.Json;

namespace Whereami.Metadata;

/// <summary>What a metadata server said about the machine; null for what it did not say.</summary>
internal sealed record InstanceMetadata(string? ClusterName, string? InstanceId, string? ServiceAccount, string? ProjectId, string? Zone)
{
    public static InstanceMetadata None { get; } = new(null, null, null, null, null);

    /// <summary>Reads the answer to <c>/computeMetadata/v1/?recursive=true</c>.</summary>
    public static InstanceMetadata Read(JsonElement root) => new(
        At(root, "instance", "attributes", "cluster-name"),
        At(root, "instance", "id"),
        At(root, "instance", "serviceAccounts", "default", "email"),
        At(root, "project", "projectId"),
        // projects/123456789012/zones/us-central1-c
        At(root, "instance", "zone") is { } zone ? zone[(zone.LastIndexOf('/') + 1)..] : null);

    private static string? At(JsonElement node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (node.ValueKind != JsonValueKind.Object || !node.TryGetProperty(name, out node))
            {
                return null;
            }
        }

        return node.ValueKind switch
        {
            JsonValueKind.String => node.GetString(),
            // An instance's id has more digits than a double holds.
            JsonValueKind.Number => node.GetRawText(),
            _ => null,
        };
    }
}
