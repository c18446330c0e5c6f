using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace ServiceDefaults;

/// <summary>Gives memory back to the machine when the work of the start, or of a later burst, is over.</summary>
/// <remarks>
/// The collector keeps what a burst needed for as long as the machine has memory to spare, and the C library keeps what the just-in-time compiler used.
/// That is half of what a process of the lab holds when it idles, and there are several on one laptop.
/// Compacting stops the process for some milliseconds: it waits for a second in which next to nothing is allocated.
/// </remarks>
public sealed partial class QuietCompaction : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Probes, leases and telemetry of an idle process allocate about 100 KB a second.
    private const long QuietBytes = 512 * 1024;

    // Less than this since the last time is not worth a pause.
    private const long BurstBytes = 8 * 1024 * 1024;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        var compactedAt = 0L;
        var before = GC.GetTotalAllocatedBytes();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = GC.GetTotalAllocatedBytes();
            if (now - before < QuietBytes && now - compactedAt > BurstBytes)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                Trim();
                compactedAt = now;
            }

            before = now;
        }
    }

    private static void Trim()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = TrimHeap(0);
        }
        catch (EntryPointNotFoundException)
        {
            // glibc has it, musl does not: there nothing is kept.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint pad);
}
