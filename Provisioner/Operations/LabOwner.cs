using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Provisioner.Operations;

/// <summary>Asks AppHost to end, which takes down everything it made.</summary>
internal static partial class LabOwner
{
    private const int Terminate = 15;

    public static void End(int processId)
    {
        if (processId <= 0)
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            // There is no signal to send; the lab's processes see that their owner is gone and end.
            using var process = Process.GetProcessById(processId);
            process.Kill();
            return;
        }

        _ = Signal(processId, Terminate);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int processId, int signal);
}
