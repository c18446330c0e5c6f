using System.Diagnostics;
using Testing;

namespace Bench;

/// <summary>Resident memory of all processes of a ready lab, dashboard excepted.</summary>
internal static class MemoryMeasurement
{
    public static async Task RunAsync()
    {
        await using var lab = await LabProcess.StartReadyAsync();
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
