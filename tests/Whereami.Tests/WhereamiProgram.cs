using System.Diagnostics;

namespace Whereami.Tests;

/// <summary>The built program, started with an environment of its own.</summary>
internal sealed class WhereamiProgram : IDisposable
{
    public WhereamiProgram(Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(Path) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GCE_METADATA_HOST"] = "127.0.0.1:9";
        start.Environment["HOST"] = "127.0.0.1";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        Process = Process.Start(start)!;
        Process.BeginOutputReadLine();
        Process.BeginErrorReadLine();
    }

    public static string Path => Testing.LabProcess.Program("Whereami");

    public Process Process { get; }

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill();
            Process.WaitForExit();
        }

        Process.Dispose();
    }
}
