using System.ComponentModel;
using System.Diagnostics;

namespace Aspire.Hosting.Orchestration;

/// <summary>Ends processes when this one dies without ending them itself.</summary>
/// <remarks>A small shell reads their ids from a pipe; the pipe's end is the death of this process, however it died. Unix only.</remarks>
internal sealed class ProcessGuard : IDisposable
{
    // "+ID" adds a process, "-ID" forgets it; at the end of input those that remain are ended.
    private const string Script = """
        trap '' INT TERM HUP
        ids=' '
        while read -r line; do
          id=${line#?}
          case $line in
            +*) ids="$ids$id " ;;
            -*) ids="${ids%% $id *} ${ids#* $id }" ;;
          esac
        done
        case $ids in *[0-9]*) kill -TERM $ids; sleep 3; kill -KILL $ids ;; esac 2>/dev/null
        """;

    private readonly Lock _gate = new();
    private Process? _shell;
    private bool _unavailable = OperatingSystem.IsWindows();

    public void Watch(ChildProcess process)
    {
        Send($"+{process.Id}");
        process.Exited.ContinueWith(_ => Send($"-{process.Id}"), TaskScheduler.Default);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _unavailable = true;
            _shell?.StandardInput.Dispose();
            _shell?.Dispose();
        }
    }

    private void Send(string line)
    {
        lock (_gate)
        {
            if (_unavailable)
            {
                return;
            }

            try
            {
                _shell ??= Launch();
                _shell.StandardInput.WriteLine(line);
                _shell.StandardInput.Flush();
            }
            catch (Exception e) when (e is IOException or Win32Exception)
            {
                // No shell, or somebody ended it: the processes are on their own.
                _unavailable = true;
            }
        }
    }

    private static Process Launch() => Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script, "process-guard"]) { RedirectStandardInput = true })!;
}
