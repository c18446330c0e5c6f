using System.Globalization;

namespace Emulator.Nodes;

/// <summary>What the processes of this host use, by the PID namespace that they run in: each container of processes has one.</summary>
internal static class HostProcesses
{
    // proc_pid_stat(5), counted from the state, the first field behind the program's name.
    private const int UserTime = 11;
    private const int ChildrenSystemTime = 14;
    private const int ResidentPages = 21;

    /// <summary>USER_HZ, the same on every Linux.</summary>
    private const long NanosecondsPerTick = 10_000_000;

    /// <summary>The namespace of a process; null when it is gone.</summary>
    public static string? Namespace(int process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/ns/pid").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>CPU time so far, in nanoseconds, and resident bytes of some namespaces.</summary>
    public static Dictionary<string, (long Nanoseconds, long Bytes)> Read(IReadOnlySet<string> namespaces)
    {
        var found = new Dictionary<string, (long Nanoseconds, long Bytes)>();
        foreach (var folder in namespaces.Count == 0 ? [] : Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process)
                && Namespace(process) is { } space && namespaces.Contains(space) && ReadStat(process) is { } used)
            {
                var sum = found.GetValueOrDefault(space);
                found[space] = (sum.Nanoseconds + used.Nanoseconds, sum.Bytes + used.Bytes);
            }
        }

        return found;
    }

    // 4711 (sh) S 4710 4711 4711 0 -1 4194560 204 1022 0 0 0 1 3 2 20 0 1 0 8712345 2830336 247 …
    private static (long Nanoseconds, long Bytes)? ReadStat(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = fields[UserTime..(ChildrenSystemTime + 1)].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
            return (ticks * NanosecondsPerTick, long.Parse(fields[ResidentPages], CultureInfo.InvariantCulture) * Environment.SystemPageSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
