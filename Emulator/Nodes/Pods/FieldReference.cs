using System.Globalization;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>The downward API: fields of a pod and resources of its containers as text.</summary>
internal static class FieldReference
{
    public static string? Resolve(string path, JsonObject pod, EmbeddedNode node, string podAddress) => path switch
    {
        "metadata.name" => pod.Name(),
        "metadata.namespace" => pod.Namespace(),
        "metadata.uid" => pod.Uid(),
        "metadata.labels" => Lines(pod["metadata"]?["labels"]),
        "metadata.annotations" => Lines(pod["metadata"]?["annotations"]),
        "spec.nodeName" => node.Name,
        "spec.serviceAccountName" => pod["spec"]?["serviceAccountName"].Text() ?? "default",
        "status.hostIP" or "status.hostIPs" => node.Address.ToString(),
        "status.podIP" or "status.podIPs" => podAddress,
        _ => Entry(path, pod),
    };

    /// <summary>A container's request or limit in units of the divisor, rounded up; the node's own where there is none.</summary>
    public static string Resource(JsonObject reference, JsonObject pod, JsonObject container)
    {
        var subject = reference["containerName"].Text() is { } other
            ? pod["spec"]?["containers"].Items().FirstOrDefault(item => item["name"].Text() == other) ?? container
            : container;
        var parts = (reference["resource"].Text() ?? "").Split('.', 2);
        var name = parts.Length == 2 ? parts[1] : "";
        var amount = Quantity.Parse(subject["resources"]?[parts[0]]?[name].Text())
            ?? (parts[0] == "limits" ? Quantity.Parse(name switch { "cpu" => "3920m", "memory" => "13606940Ki", _ => "0" }) : 0) ?? 0;
        var divisor = Quantity.Parse(reference["divisor"].Text()) is > 0 and var given ? given : 1;
        return Math.Ceiling(amount / divisor).ToString("0", CultureInfo.InvariantCulture);
    }

    private static string? Entry(string path, JsonObject pod)
    {
        // metadata.labels['app'] or metadata.annotations['lab.dev/x']
        foreach (var field in (string[])["labels", "annotations"])
        {
            var start = $"metadata.{field}['";
            if (path.StartsWith(start, StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal))
            {
                return pod["metadata"]?[field]?[path[start.Length..^2]].Text() ?? "";
            }
        }

        return null;
    }

    private static string Lines(JsonNode? map) => map is JsonObject entries
        ? string.Join('\n', entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}=\"{entry.Value.Text()}\""))
        : "";
}
