namespace Emulator.Nodes;

/// <summary>A folder whose files change all at once, by the swap of one symbolic link, as kubelet's volumes do (atomic_writer).</summary>
internal static class AtomicFolder
{
    private const string Current = "..data";

    public static void Write(string folder, IReadOnlyList<VolumeFile> files)
    {
        Directory.CreateDirectory(folder);
        if (IsSame(folder, files))
        {
            return;
        }

        var version = $"..{DateTime.UtcNow:yyyy_MM_dd_HH_mm_ss}.{Random.Shared.NextInt64(1_000_000_000, 9_999_999_999)}";
        var next = Path.Combine(folder, version);
        Directory.CreateDirectory(next);
        foreach (var file in files)
        {
            var path = Path.Combine(next, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Content);
            UnixMode.Set(path, file.Mode);
        }

        var current = Path.Combine(folder, Current);
        var before = new FileInfo(current).LinkTarget;
        var link = current + "_tmp";
        File.Delete(link);
        File.CreateSymbolicLink(link, version);
        Native.Rename(link, current);
        var wanted = files.Select(file => file.Path.Split('/')[0]).ToHashSet();
        foreach (var name in wanted.Where(name => !IsLink(Path.Combine(folder, name))))
        {
            File.CreateSymbolicLink(Path.Combine(folder, name), $"{Current}/{name}");
        }

        foreach (var old in Directory.GetFileSystemEntries(folder))
        {
            var name = Path.GetFileName(old);
            if (!name.StartsWith("..", StringComparison.Ordinal) && !wanted.Contains(name))
            {
                File.Delete(old);
            }
        }

        if (before is not null)
        {
            Directory.Delete(Path.Combine(folder, before), recursive: true);
        }
    }

    private static bool IsSame(string folder, IReadOnlyList<VolumeFile> files)
    {
        var current = Path.Combine(folder, Current);
        return IsLink(current)
            && Directory.GetFiles(current, "*", SearchOption.AllDirectories).Length == files.Count
            && files.All(file => File.Exists(Path.Combine(current, file.Path)) && File.ReadAllBytes(Path.Combine(current, file.Path)).AsSpan().SequenceEqual(file.Content));
    }

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;
}
