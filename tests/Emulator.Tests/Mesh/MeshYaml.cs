using System.Text.Json.Nodes;
using Provisioner.Kubernetes;

namespace Emulator.Tests.Mesh;

/// <summary>Reads files of several YAML documents, with the reader that applies <c>kube/</c>.</summary>
internal static class MeshYaml
{
    public static IReadOnlyList<JsonObject> Read(string text) => [.. YamlReader.Read(text).Select(document => document.Root).OfType<JsonObject>()];
}
