using System.Collections.Concurrent;
using System.Diagnostics;

namespace Emulator.Nodes;

/// <summary>Starts processes from one thread that lives as long as this process.</summary>
/// <remarks>
/// They ask to be killed when their parent dies, and to Linux the parent is the thread that started them: a thread of the pool would take
/// them along when it retires.
/// </remarks>
internal static class ProcessStarter
{
    private static readonly BlockingCollection<Action> Work = [];

    static ProcessStarter() => new Thread(Run) { IsBackground = true, Name = "process starter" }.Start();

    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    private static void Run()
    {
        foreach (var work in Work.GetConsumingEnumerable())
        {
            work();
        }
    }
}
