using System.Diagnostics;
using System.Globalization;
using Testing;

namespace Bench;

/// <summary>Resident memory of all processes of a ready lab, dashboard excepted: when it is ready, and when it has settled.</summary>
/// <remarks>Resident memory counts pages of programs and libraries in each process that shares them; the second column counts them once.</remarks>
internal static class MemoryMeasurement
{
    // Of the code that becomes faster with use, most is compiled in the first quarter of a minute.
    private static readonly int[] Moments = [15, 60];

    public static async Task RunAsync()
    {
        await using var lab = await LabProcess.StartReadyAsync();
        Report(lab, "ready");
        var ready = Stopwatch.StartNew();
        foreach (var seconds in Moments)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds) - ready.Elapsed);
            Report(lab, $"{seconds} s later");
        }
    }

    private static void Report(LabProcess lab, string when)
    {
        Console.WriteLine(when);
        var (resident, proportional) = (0.0, 0.0);
        foreach (var id in lab.ProcessIds().Append(lab.Process.Id).Distinct())
        {
            using var process = Process.GetProcessById(id);
            var (here, share) = (process.WorkingSet64 / 1e6, Proportional(id));
            resident += here;
            proportional += share;
            Console.WriteLine($"{process.ProcessName,-16} {here,6:0} MB   {share,6:0} MB");
        }

        Console.WriteLine($"{"all",-16} {resident,6:0} MB   {proportional,6:0} MB");
    }

    /// <summary>Megabytes with each shared page divided by the number of its processes; 0 where the system does not tell.</summary>
    private static double Proportional(int id)
    {
        // Pss:               57812 kB
        var line = OperatingSystem.IsLinux() ? File.ReadLines($"/proc/{id}/smaps_rollup").FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal)) : null;
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
