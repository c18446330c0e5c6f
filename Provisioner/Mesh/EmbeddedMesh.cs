using System.Text.Json.Nodes;
using Provisioner.Kubernetes;

namespace Provisioner.Mesh;

/// <summary>The objects that install the mesh into an embedded cluster (<c>Mesh/Embedded/*.yaml</c>).</summary>
internal static class EmbeddedMesh
{
    /// <summary>The revision label of the embedded control plane, in the form that ASM gives it.</summary>
    public const string Revision = "asm-1281-4";

    public const string Version = "1.28.1-asm.4";

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Mesh", "Embedded");

    /// <summary>All objects for one cluster, in the order in which they must be applied.</summary>
    /// <param name="cluster">The cluster's name in the mesh.</param>
    public static IReadOnlyList<JsonObject> Objects(string cluster, string revision = Revision) =>
        [.. Directory.EnumerateFiles(Folder, "*.yaml").Order(StringComparer.Ordinal).SelectMany(file => Read(file, cluster, revision))];

    private static IEnumerable<JsonObject> Read(string file, string cluster, string revision) =>
        YamlDocuments.Parse(
            File.ReadAllText(file)
                .Replace("${CLUSTER}", cluster, StringComparison.Ordinal)
                .Replace("${REVISION}", revision, StringComparison.Ordinal)
                .Replace("${VERSION}", Version, StringComparison.Ordinal),
            file);
}
