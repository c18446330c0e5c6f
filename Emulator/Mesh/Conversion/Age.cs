using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>The order in which Istio applies configuration: oldest first, then by namespace and name.</summary>
internal static class Age
{
    public static string Key(JsonObject node) => $"{node["metadata"]?["creationTimestamp"].Text()} {node.Name()}.{node.Namespace()}";
}
