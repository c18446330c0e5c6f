using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Tables;

/// <summary>A Scale as <c>kubectl get --subresource=scale</c> prints it.</summary>
internal static class ScaleTable
{
    public static JsonObject Of(JsonObject scale, string metaVersion, DateTimeOffset now) => new()
    {
        ["kind"] = "Table",
        ["apiVersion"] = $"meta.k8s.io/{metaVersion}",
        ["metadata"] = new JsonObject { ["resourceVersion"] = scale["metadata"]?["resourceVersion"]?.DeepClone() },
        ["columnDefinitions"] = new JsonArray(
            Column("Name", "string", "name"), Column("Desired", "integer", ""), Column("Available", "integer", ""), Column("Age", "string", "")),
        ["rows"] = new JsonArray(new JsonObject
        {
            ["cells"] = new JsonArray(
                scale["metadata"]?["name"]?.DeepClone(), scale["spec"]?["replicas"].AsLong() ?? 0, scale["status"]?["replicas"].AsLong() ?? 0,
                HumanAge.Since(scale["metadata"]?["creationTimestamp"], now)),
            ["object"] = new JsonObject
            {
                ["kind"] = "PartialObjectMetadata",
                ["apiVersion"] = $"meta.k8s.io/{metaVersion}",
                ["metadata"] = scale["metadata"]!.DeepClone(),
            },
        }),
    };

    private static JsonNode Column(string name, string type, string format) =>
        new JsonObject { ["name"] = name, ["type"] = type, ["format"] = format, ["description"] = "", ["priority"] = 0 };
}
