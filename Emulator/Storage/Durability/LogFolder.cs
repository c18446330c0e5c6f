using System.Globalization;
using System.Runtime.InteropServices;
using ServiceDefaults;

namespace Emulator.Storage.Durability;

/// <summary>The files of one cluster's log: snapshots, and the segments that go on from them, named by the revision that they begin after.</summary>
internal sealed class LogFolder
{
    private const string SegmentPrefix = "wal-";
    private const string SnapshotPrefix = "snapshot-";
    private const string Temporary = ".tmp";

    private readonly FileStream held;

    /// <exception cref="IOException">Another process has it, or it cannot be written.</exception>
    public LogFolder(string path)
    {
        Path = path;
        PrivateFile.CreateDirectory(path);

        try
        {
            held = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault) when (fault.GetType() == typeof(IOException))
        {
            throw new IOException($"The cluster's state in {path} is in use: {fault.Message} End the other cluster, or give this one another --state-directory.", fault);
        }

        foreach (var left in Directory.EnumerateFiles(path, "*" + Temporary))
        {
            File.Delete(left);
        }
    }

    public string Path { get; }

    public string Segment(long revision) => System.IO.Path.Combine(Path, SegmentPrefix + Text(revision));

    public string Snapshot(long revision) => System.IO.Path.Combine(Path, SnapshotPrefix + Text(revision));

    public static string Unfinished(string file) => file + Temporary;

    /// <summary>Segments with their revisions, the oldest first.</summary>
    public IReadOnlyList<(string File, long Revision)> Segments() => Find(SegmentPrefix);

    public IReadOnlyList<(string File, long Revision)> Snapshots() => Find(SnapshotPrefix);

    /// <summary>Removes what a snapshot has made superfluous.</summary>
    public void RemoveBefore(long revision)
    {
        foreach (var (file, _) in Segments().Concat(Snapshots()).Where(found => found.Revision < revision))
        {
            File.Delete(file);
        }
    }

    /// <summary>Makes created and renamed files survive a loss of power: their names are the folder's content.</summary>
    public void Flush()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(Path, 0);
        if (descriptor >= 0)
        {
            _ = Synchronize(descriptor);
            _ = Close(descriptor);
        }
    }

    public void Close() => held.Dispose();

    private static string Text(long revision) => revision.ToString("D19", CultureInfo.InvariantCulture);

    private List<(string File, long Revision)> Find(string prefix) =>
        [.. Directory.EnumerateFiles(Path, prefix + "*")
            .Select(file => (File: file, Name: System.IO.Path.GetFileName(file)[prefix.Length..]))
            .Where(found => long.TryParse(found.Name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(found => (found.File, long.Parse(found.Name, CultureInfo.InvariantCulture)))
            .OrderBy(found => found.Item2)];

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int Open(string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    private static extern int Synchronize(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
