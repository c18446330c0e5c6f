using System.Diagnostics;
using Testing;

namespace Bench;

/// <summary>Resident memory of all processes of a ready lab, dashboard excepted: when it is ready, and when it has settled.</summary>
/// <remarks>Pages of programs and libraries that several processes share are counted in each of them.</remarks>
internal static class MemoryMeasurement
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    public static async Task RunAsync()
    {
        await using var lab = await LabProcess.StartReadyAsync();
        Report(lab, "ready");
        await Task.Delay(Settling);
        Report(lab, $"{Settling.TotalSeconds:0} s later");
    }

    private static void Report(LabProcess lab, string when)
    {
        Console.WriteLine(when);
        long total = 0;
        foreach (var id in lab.ProcessIds().Append(lab.Process.Id).Distinct())
        {
            using var process = Process.GetProcessById(id);
            total += process.WorkingSet64;
            Console.WriteLine($"{process.ProcessName,-16} {process.WorkingSet64 / 1e6,6:0} MB");
        }

        Console.WriteLine($"{"all",-16} {total / 1e6,6:0} MB");
    }
}
