using System.Globalization;
using System.Runtime.InteropServices;

namespace ServiceDefaults;

/// <summary>The pages of programs and libraries in this process that nothing has changed: they can leave it, and those still in use come back from the page cache.</summary>
/// <remarks>
/// Half of what a .NET process holds after its start is code and metadata that only the start used. Windows takes such pages from an idle program by itself;
/// Linux leaves them until memory is short.
/// </remarks>
internal static partial class StartPages
{
    // MADV_DONTNEED, see madvise(2)
    private const int DoNotNeed = 4;

    /// <summary>The files mapped into this process now, a line of proc_pid_maps(5) each; none where the system is not Linux.</summary>
    public static IReadOnlySet<string> Mapped() => OperatingSystem.IsLinux() ? File.ReadLines("/proc/self/maps").ToHashSet() : new HashSet<string>();

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

        foreach (var (start, length) in Unchanged(File.ReadLines("/proc/self/smaps"), settled))
        {
            _ = Advise(start, length, DoNotNeed);
        }
    }

    /// <summary>The mappings of files that cannot be written and hold no page of this process's own: what memory has of them is what the file has.</summary>
    /// <param name="smaps">Lines of <c>/proc/PID/smaps</c>: those of <c>maps</c>, each followed by <c>Name: value</c> lines.</param>
    internal static IEnumerable<(nint Start, nuint Length)> Unchanged(IEnumerable<string> smaps, IReadOnlySet<string> settled)
    {
        string? candidate = null;
        foreach (var line in smaps)
        {
            // Values are many times more than mappings, and begin with a capital.
            if (!char.IsAsciiLetterUpper(line[0]))
            {
                candidate = line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var range, "r-xp" or "r--p" or "r--s", _, _, _, ['/', ..], ..] && settled.Contains(line) ? range : null;
            }
            else if (candidate is not null && line.StartsWith("Anonymous: ", StringComparison.Ordinal) && line.EndsWith(" 0 kB", StringComparison.Ordinal))
            {
                yield return Parse(candidate);
            }
        }
    }

    private static (nint, nuint) Parse(string range)
    {
        var ends = range.Split('-');
        var (start, end) = (long.Parse(ends[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), long.Parse(ends[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        return ((nint)start, (nuint)(end - start));
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);
}
