using System.Diagnostics;
using System.Runtime.InteropServices;
using AppHost.Preparation;
using Containers;

namespace AppHost.K3s;

/// <summary>A small process that removes a lab's containers when AppHost is gone, however it went.</summary>
/// <remarks>It reads a pipe that only AppHost holds; the pipe's end is AppHost's.</remarks>
internal sealed class Reaper : IDisposable
{
    public const string Switch = "--reap";

    private readonly Process _process;

    private Reaper(Process process) => _process = process;

    public static Reaper Start(ContainerEngine engine, string id, string labDirectory)
    {
        var start = new ProcessStartInfo(Programs.Find("AppHost"), [Switch, engine.Command, id]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LAB_DIRECTORY"] = labDirectory;
        start.Environment["DOTNET_ROOT"] = DotnetRoot.Path;
        return new Reaper(Process.Start(start)!);
    }

    /// <summary>The reaper's own process, from <see cref="Switch"/> on.</summary>
    public static async Task<int> RunAsync(string engine, string id)
    {
        // A Ctrl-C in AppHost's terminal reaches this process as well.
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];
        var ignored = signals.Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = true)).ToArray();
        await Console.In.ReadToEndAsync();
        try
        {
            await SweepAsync(new ContainerEngine(engine), id);
            return 0;
        }
        finally
        {
            Array.ForEach(ignored, registration => registration.Dispose());
        }
    }

    /// <summary>Removes all that a lab has in an engine, until nothing is found: a container may just be on its way.</summary>
    public static async Task SweepAsync(ContainerEngine engine, string id)
    {
        try
        {
            for (var round = 0; round < 3; round++)
            {
                if ((await LabLeftovers.RemoveAsync(engine, id, CancellationToken.None)).Count == 0 && round > 0)
                {
                    return;
                }
            }
        }
        catch (ContainerEngineException)
        {
            // The engine is gone, and its containers with it; the next lab looks again.
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Dispose();
        _process.WaitForExit(TimeSpan.FromSeconds(10));
        _process.Dispose();
    }
}
