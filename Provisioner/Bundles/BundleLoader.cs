using Containers;

namespace Provisioner.Bundles;

/// <summary>Puts a bundle where labs on this machine find it.</summary>
internal sealed class BundleLoader(ContainerEngine engine, string home, Action<string> say)
{
    public async Task LoadAsync(string path, string platform, CancellationToken cancellation)
    {
        // Beside its place, so that it gets there whole by one move.
        var folder = $"{home}.{Environment.ProcessId}";
        try
        {
            var manifest = await BundleArchive.ReadAsync(path, file => Serves(file, platform) ? Path.Combine(folder, BundleLayout.LoadedPath(file)) : null, say, cancellation);
            if (!manifest.Platforms.Contains(platform))
            {
                throw new LabException(
                    $"{path} is for {string.Join(", ", manifest.Platforms)}, and the container engine of this machine runs {platform}",
                    $"Save one for it: dotnet run --project Provisioner -- bundle save FILE --platform {platform}");
            }

            foreach (var file in manifest.Files.Where(file => Serves(file, platform) && file.Path.StartsWith($"{BundleLayout.Engine}/", StringComparison.Ordinal)))
            {
                say($"loading {file.Source} into {engine.Command}");
                await NameAsync(await engine.RunAsync(["load", "--input", Path.Combine(folder, BundleLayout.LoadedPath(file))], cancellation), PinnedImages.K3sOf(manifest.K3s), cancellation);
            }

            // The mark of a whole bundle comes last.
            await File.WriteAllBytesAsync(Path.Combine(folder, BundleLayout.Manifest), Loaded(manifest, platform).ToJson(), cancellation);
            if (Directory.Exists(home))
            {
                Directory.Delete(home, recursive: true);
            }

            Directory.Move(folder, home);
        }
        catch (ContainerEngineException e)
        {
            throw new LabException(e.Message, e.Cure, e);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    // docker writes names of its own registry without it, and podman reads them as names of this machine: localhost/rancher/k3s.
    // Loaded image: localhost/rancher/k3s:v1.36.2-k3s1
    private async Task NameAsync(string said, string wanted, CancellationToken cancellation)
    {
        const string loaded = "Loaded image";
        if (!await engine.HasImageAsync(wanted, cancellation)
            && said.Split('\n', StringSplitOptions.TrimEntries).LastOrDefault(line => line.StartsWith(loaded, StringComparison.Ordinal)) is { } line)
        {
            await engine.RunAsync(["tag", line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..], wanted], cancellation);
        }
    }

    private static BundleManifest Loaded(BundleManifest manifest, string platform) => manifest with
    {
        Platforms = [platform],
        Files = [.. manifest.Files.Where(file => Serves(file, platform)).Select(file => file with { Path = BundleLayout.LoadedPath(file) })],
    };

    private static bool Serves(BundleFile file, string platform) => file.Platform is null || file.Platform == platform;
}
