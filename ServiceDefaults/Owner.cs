using System.Diagnostics;
using System.Globalization;

namespace ServiceDefaults;

/// <summary>The process that this one belongs to, as <c>LAB_OWNER=pid:start-time</c> names it.</summary>
/// <remarks>
/// The start time tells a process from a later one with the same id: field 22 of <c>/proc/PID/stat</c> on Linux, ticks of its UTC start time elsewhere.
/// </remarks>
public sealed record Owner(int ProcessId, long StartTime)
{
    public const string Variable = "LAB_OWNER";

    // Two programs may read the start time of a third with different rounding where it is not a kernel's counter.
    private static readonly long Tolerance = OperatingSystem.IsLinux() ? 0 : TimeSpan.TicksPerSecond;

    public bool IsAlive => StartTimeOf(ProcessId) is { } found && Math.Abs(found - StartTime) <= Tolerance;

    /// <summary>The owner that the environment names; null where there is none.</summary>
    public static Owner? FromEnvironment() => Parse(Environment.GetEnvironmentVariable(Variable));

    public static Owner? Parse(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return null;
        }

        var parts = value.Split(':');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var startTime)
                ? new Owner(processId, startTime)
                : throw new FormatException($"{Variable} is '{value}'; expected <process id>:<start time>, such as 4711:123456");
    }

    /// <summary>This process as an owner of others.</summary>
    public static Owner ThisProcess() => new(Environment.ProcessId, StartTimeOf(Environment.ProcessId) ?? 0);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ProcessId}:{StartTime}");

    /// <summary>When a process started; null when there is none with this id, or it has ended and only waits to be reaped.</summary>
    public static long? StartTimeOf(int processId)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // 4711 (name with ) and spaces) S 1 … : fields are counted from behind the last parenthesis.
                var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
            }

            using var process = Process.GetProcessById(processId);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException
            or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
