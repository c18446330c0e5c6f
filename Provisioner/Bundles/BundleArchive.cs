using System.Formats.Tar;
using System.Security.Cryptography;

namespace Provisioner.Bundles;

/// <summary>Writes and reads the tar file that a bundle is.</summary>
internal static class BundleArchive
{
    private const string Again = "Save it again on the connected machine, and copy it again";

    /// <summary>Packs a folder: the manifest first, then its files in order.</summary>
    public static async Task PackAsync(string folder, BundleManifest manifest, string path, CancellationToken cancellation)
    {
        var unfinished = $"{path}.{Environment.ProcessId}.part";
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, BundleLayout.Manifest), manifest.ToJson(), cancellation);
            await using (var tar = new TarWriter(File.Create(unfinished), TarEntryFormat.Pax))
            {
                foreach (var name in manifest.Files.Select(file => file.Path).Prepend(BundleLayout.Manifest))
                {
                    await tar.WriteEntryAsync(Path.Combine(folder, name), name, cancellation);
                }
            }

            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Reads a whole bundle and checks every file's digest; files that <paramref name="target"/> gives a path for are written there.</summary>
    /// <exception cref="LabException">It is no bundle, is cut short, or differs from what was saved; names every file that does.</exception>
    public static async Task<BundleManifest> ReadAsync(string path, Func<BundleFile, string?> target, Action<string> say, CancellationToken cancellation)
    {
        BundleManifest? manifest = null;
        var seen = new HashSet<string>();
        var wrong = new List<string>();
        try
        {
            await using var tar = new TarReader(File.OpenRead(path));
            while (await tar.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
            {
                if (manifest is null)
                {
                    manifest = await ManifestAsync(entry, path, cancellation);
                    continue;
                }

                if (manifest.Files.FirstOrDefault(file => file.Path == entry.Name) is not { } file || !seen.Add(file.Path))
                {
                    wrong.Add($"{entry.Name} is not in its list, or twice in it");
                    continue;
                }

                say($"checking {file.Path} ({Megabytes(file.Size)} MB)");
                var digest = await CopyAsync(entry, target(file), cancellation);
                if (digest != file.Sha256)
                {
                    wrong.Add($"{file.Path} has the digest sha256:{digest[..12]}…, expected sha256:{file.Sha256[..12]}…");
                }
            }
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or FormatException)
        {
            throw new LabException($"{path} is cut short or is no bundle: {e.Message}", Again, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"{path} cannot be read, or not written to its place: {e.Message}", "Name the file that 'bundle save' has written, and make room for what is in it", e);
        }

        wrong.AddRange(manifest?.Files.Where(file => !seen.Contains(file.Path)).Select(file => $"{file.Path} is missing, as if it were cut short") ?? ["it is empty"]);
        return wrong.Count == 0 ? manifest! : throw new LabException($"{path} is not what was saved: {string.Join("; ", wrong)}", Again);
    }

    /// <summary>Describes a file of a folder that becomes a bundle.</summary>
    public static async Task<BundleFile> DescribeAsync(string folder, string name, string? platform, string source, CancellationToken cancellation)
    {
        await using var stream = File.OpenRead(Path.Combine(folder, name));
        return new BundleFile(name, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation)), stream.Length, platform, source);
    }

    private static async Task<BundleManifest> ManifestAsync(TarEntry entry, string path, CancellationToken cancellation)
    {
        if (entry.Name != BundleLayout.Manifest || entry.DataStream is null)
        {
            throw new LabException($"{path} is not a bundle of the lab: it begins with {entry.Name}, expected {BundleLayout.Manifest}", "Name the file that 'bundle save' has written");
        }

        using var json = new MemoryStream();
        await entry.DataStream.CopyToAsync(json, cancellation);
        var manifest = BundleManifest.Read(json.ToArray(), path);
        return manifest.Files.FirstOrDefault(file => !IsInside(file.Path)) is { } outside
            ? throw new LabException($"{path} names a file outside of itself: {outside.Path}", "Do not use it; save one yourself")
            : manifest;
    }

    private static async Task<string> CopyAsync(TarEntry entry, string? target, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (target is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        }

        await using var file = target is null ? Stream.Null : File.Create(target);
        var chunk = new byte[1 << 20];
        while (entry.DataStream is { } data && await data.ReadAsync(chunk, cancellation) is > 0 and var read)
        {
            hash.AppendData(chunk, 0, read);
            await file.WriteAsync(chunk.AsMemory(0, read), cancellation);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsInside(string path) =>
        path.Length > 0 && !Path.IsPathRooted(path) && !path.Contains('\\') && path.Split('/').All(part => part is not ("" or "." or ".."));

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);
}
