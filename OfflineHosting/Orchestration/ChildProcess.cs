using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Orchestration;

/// <summary>A process whose lines are handed on and whose end is told, whether or not somebody still holds its pipes.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="line">Receives each line, and whether it came from standard error.</param>
    public ChildProcess(ProcessStartInfo start, Action<string, bool> line)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => Hand(e.Data, isError: false);
        _process.ErrorDataReceived += (_, e) => Hand(e.Data, isError: true);
        _process.Exited += (_, _) => _exited.TrySetResult();

        void Hand(string? text, bool isError)
        {
            if (text is not null)
            {
                line(text, isError);
            }
        }
    }

    public int Id { get; private set; }

    public Task Exited => _exited.Task;

    public bool HasExited => _exited.Task.IsCompleted || _process.HasExited;

    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    public void Start()
    {
        _process.Start();
        Id = _process.Id;
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Asks the process to end, and ends it with all it started when it does not.</summary>
    public async Task EndAsync(TimeSpan grace)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Kill(Id, SigTerm);
            await Task.WhenAny(Exited, Task.Delay(grace));
        }

        if (!HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await Task.WhenAny(Exited, Task.Delay(grace));
        }
    }

    public void Dispose() => _process.Dispose();

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);
}
