using System.Runtime.InteropServices;

namespace AppHost.Preparation;

/// <summary>Notices the end of the <c>dotnet run</c> that started this process, which would otherwise leave the lab running unseen.</summary>
internal static class ParentWatch
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    /// <param name="ended">Called once, when the parent is gone.</param>
    public static void Start(Action ended)
    {
        if (OperatingSystem.IsWindows() || !IsDotnet(GetParentProcessId()))
        {
            return;
        }

        var parent = GetParentProcessId();
        var thread = new Thread(() =>
        {
            // An orphan is given another parent by the kernel.
            while (GetParentProcessId() == parent)
            {
                Thread.Sleep(s_interval);
            }

            ended();
        });
        thread.IsBackground = true;
        thread.Name = "parent watch";
        thread.Start();
    }

    private static bool IsDotnet(int process)
    {
        try
        {
            using var parent = System.Diagnostics.Process.GetProcessById(process);
            return parent.ProcessName == "dotnet";
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "getppid")]
    private static extern int GetParentProcessId();
}
