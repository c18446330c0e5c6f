using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;

namespace ServiceDefaults;

/// <summary>The pages of programs and libraries in this process that nothing has changed: they can leave it, and those still in use come back from the page cache.</summary>
/// <remarks>
/// Two thirds of what an idle .NET process has of its files is code and metadata that only its start used, or that came along with what it does use. Windows takes
/// such pages from an idle program by itself; Linux leaves them until memory is short.
/// </remarks>
internal static partial class StartPages
{
    // MADV_DONTNEED, see madvise(2)
    private const int DoNotNeed = 4;

    /// <summary>The read-only mappings of files in this process now, a line of proc_pid_maps(5) each; none where the system is not Linux.</summary>
    public static IReadOnlySet<string> Mapped()
    {
        var mapped = new HashSet<string>();
        if (OperatingSystem.IsLinux())
        {
            using var maps = new ByteLines(File.OpenRead("/proc/self/maps"));
            while (maps.TryRead(out var line))
            {
                if (IsReadOnlyFile(line))
                {
                    mapped.Add(Encoding.UTF8.GetString(line));
                }
            }
        }

        return mapped;
    }

    /// <summary>Lets the unchanged pages go.</summary>
    /// <param name="settled">
    /// <see cref="Mapped"/> of some time ago: a library that is only being loaded is left alone, since its loader may be about to write into it.
    /// </param>
    public static void Release(IReadOnlySet<string> settled)
    {
        if (settled.Count == 0)
        {
            return;
        }

        foreach (var (start, length) in Unchanged(File.OpenRead("/proc/self/smaps"), settled))
        {
            _ = Advise(start, length, DoNotNeed);
        }
    }

    /// <summary>The mappings of files that cannot be written and hold no page of this process's own: what memory has of them is what the file has.</summary>
    /// <param name="smaps">Lines of <c>/proc/PID/smaps</c>: those of <c>maps</c>, each followed by <c>Name: value</c> lines.</param>
    internal static IReadOnlyList<(nint Start, nuint Length)> Unchanged(Stream smaps, IReadOnlySet<string> settled)
    {
        var unchanged = new List<(nint, nuint)>();
        (nint, nuint)? candidate = null;
        using var lines = new ByteLines(smaps);
        while (lines.TryRead(out var line))
        {
            // Values are many times more than mappings, and begin with a capital.
            if (!char.IsAsciiLetterUpper((char)line[0]))
            {
                candidate = IsReadOnlyFile(line) && settled.Contains(Encoding.UTF8.GetString(line)) ? Range(line) : null;
            }
            else if (candidate is { } range && line.StartsWith("Anonymous: "u8) && line.EndsWith(" 0 kB"u8))
            {
                unchanged.Add(range);
            }
        }

        return unchanged;
    }

    private static bool IsReadOnlyFile(ReadOnlySpan<byte> line)
    {
        var mode = line[(line.IndexOf((byte)' ') + 1)..];
        return (mode.StartsWith("r-xp "u8) || mode.StartsWith("r--p "u8) || mode.StartsWith("r--s "u8)) && mode.IndexOf(" /"u8) > 0;
    }

    private static (nint Start, nuint Length) Range(ReadOnlySpan<byte> line)
    {
        _ = Utf8Parser.TryParse(line, out long start, out var digits, 'x');
        _ = Utf8Parser.TryParse(line[(digits + 1)..], out long end, out _, 'x');
        return ((nint)start, (nuint)(end - start));
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);
}
