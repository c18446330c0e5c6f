using Testing;

namespace Emulator.Tests.Mesh;

/// <summary>The manifests that install the mesh, as the provisioner applies them.</summary>
internal static class EmbeddedManifests
{
    public static async Task<string> ReadAsync(string file)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "Provisioner", "Mesh", "Embedded", file));
        return text.Replace("${CLUSTER}", "us").Replace("${REVISION}", "asm-1281-4").Replace("${VERSION}", "1.28.1-asm.4");
    }
}
