namespace Provisioner.Bundles;

/// <summary>Checks a bundle that has been loaded.</summary>
internal static class BundleFolder
{
    /// <exception cref="LabException">Files are missing or have changed; names each of them.</exception>
    public static async Task<BundleManifest> VerifyAsync(string folder, Action<string> say, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, BundleLayout.Manifest);
        if (!File.Exists(path))
        {
            throw new LabException($"no bundle is loaded: there is no {path}", "Load one: dotnet run --project Provisioner -- bundle load FILE");
        }

        var manifest = BundleManifest.Read(await File.ReadAllBytesAsync(path, cancellation), folder);
        var wrong = new List<string>();
        foreach (var file in manifest.Files)
        {
            say($"checking {file.Path}");
            if (!File.Exists(Path.Combine(folder, file.Path)))
            {
                wrong.Add($"{file.Path} is missing");
            }
            else if ((await BundleArchive.DescribeAsync(folder, file.Path, file.Platform, file.Source, cancellation)).Sha256 != file.Sha256)
            {
                wrong.Add($"{file.Path} has changed");
            }
        }

        return wrong.Count == 0
            ? manifest
            : throw new LabException($"the bundle in {folder} is not what was saved: {string.Join("; ", wrong)}", "Load it again: dotnet run --project Provisioner -- bundle load FILE");
    }
}
