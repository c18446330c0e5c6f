namespace Emulator.Nodes;

/// <summary>Permissions of files; without effect where files have none.</summary>
internal static class UnixMode
{
    /// <summary>Readable by all, writable by the owner: 0755.</summary>
    public const UnixFileMode Folder = (UnixFileMode)493;

    /// <summary>For everybody: 0777.</summary>
    public const UnixFileMode Open = (UnixFileMode)511;

    public static void Set(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
