using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace ServiceDefaults;

/// <summary>Gives memory back to the machine when the work of the start, or of a later burst, is over.</summary>
/// <remarks>
/// The collector keeps what a burst needed for as long as the machine has memory to spare, the C library keeps what the just-in-time compiler used,
/// and the code of the start stays. That is half of what a process of the lab holds when it idles, and there are several on one laptop.
/// Compacting stops the process for some milliseconds: it waits until next to nothing has been allocated for some seconds.
/// </remarks>
public sealed partial class QuietCompaction(IEnumerable<IReleasable> caches) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A start that waits for others, or for the processor, is quiet for a second as well.
    private const int QuietIntervals = 3;

    // What an idle process touches brings its neighbours along, 64 KB at a time: a third of what comes back is in use.
    private const int ReleaseIntervals = 5;

    // Probes, leases and telemetry of an idle process allocate about 100 KB a second.
    private const long QuietBytes = 512 * 1024;

    // Less than this since the last time is not worth a pause.
    private const long BurstBytes = 4 * 1024 * 1024;

    /// <summary>Watches this process until it is told to end.</summary>
    public static async Task RunAsync(IEnumerable<IReleasable> caches, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval);
        var before = GC.GetTotalAllocatedBytes();
        // A start counts as a burst, whatever it took.
        var compactedAt = before - BurstBytes;
        var quiet = 0;
        IReadOnlySet<string> mapped = new HashSet<string>();
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var now = GC.GetTotalAllocatedBytes();
            quiet = now - before < QuietBytes ? quiet + 1 : 0;
            if (quiet == 1)
            {
                mapped = StartPages.Mapped();
            }

            if (quiet >= QuietIntervals && now - compactedAt >= BurstBytes)
            {
                foreach (var cache in caches)
                {
                    cache.Release();
                }

                StartPages.Release(mapped);
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                Trim();
                compactedAt = GC.GetTotalAllocatedBytes();
            }
            else if (quiet > 0 && quiet % ReleaseIntervals == 0)
            {
                StartPages.Release(mapped);
                mapped = StartPages.Mapped();
            }

            // What was allocated here is no sign of work.
            before = GC.GetTotalAllocatedBytes();
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(caches, stoppingToken);

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
