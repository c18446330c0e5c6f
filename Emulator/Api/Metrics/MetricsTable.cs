using System.Text.Json.Nodes;
using Emulator.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Metrics;

/// <summary>The columns that metrics-server prints: the sum of a pod's containers, or a node's usage.</summary>
internal static class MetricsTable
{
    public static JsonObject Of(IReadOnlyList<JsonObject> items, string metaVersion) => new()
    {
        ["kind"] = "Table",
        ["apiVersion"] = $"meta.k8s.io/{metaVersion}",
        ["metadata"] = new JsonObject(),
        ["columnDefinitions"] = new JsonArray(
            Column("Name", "name", "Name of the resource"), Column("cpu", "quantity", ""), Column("memory", "quantity", ""), Column("Window", "duration", "")),
        ["rows"] = new JsonArray([.. items.Select(item => Row(item, metaVersion))]),
    };

    private static JsonNode Column(string name, string format, string description) =>
        new JsonObject { ["name"] = name, ["type"] = "string", ["format"] = format, ["description"] = description, ["priority"] = 0 };

    private static JsonNode Row(JsonObject item, string metaVersion)
    {
        var usages = item["containers"] is JsonArray containers ? containers.Items().Select(container => container["usage"]).ToList() : [item["usage"]];
        var cpu = (long)(usages.Sum(usage => Quantity.Parse(usage?["cpu"].Text()) ?? 0) * 1_000_000_000);
        var memory = (long)usages.Sum(usage => Quantity.Parse(usage?["memory"].Text()) ?? 0) / 1024;
        return new JsonObject
        {
            ["cells"] = new JsonArray(item.Name(), cpu == 0 ? "0" : $"{cpu}n", $"{memory}Ki", item["window"].Text()),
            ["object"] = new JsonObject
            {
                ["kind"] = "PartialObjectMetadata",
                ["apiVersion"] = $"meta.k8s.io/{metaVersion}",
                ["metadata"] = item["metadata"]!.DeepClone(),
            },
        };
    }
}
