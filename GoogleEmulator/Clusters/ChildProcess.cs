using System.Diagnostics;
using AppHost.Preparation;
using Provisioner.Operations;
using ServiceDefaults;

namespace GoogleEmulator.Clusters;

/// <summary>A program of the lab that this one starts, and that ends with it.</summary>
internal sealed class ChildProcess : IProgram
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(3);

    private readonly Process process;

    private ChildProcess(Process process) => this.process = process;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    public Task Exit => process.WaitForExitAsync();

    /// <param name="project">The project whose program it is, such as <c>Emulator</c>.</param>
    /// <param name="name">Its name in logs and telemetry.</param>
    public static ChildProcess Start(string project, string name, IEnumerable<string> arguments, ILogger logger)
    {
        var start = new ProcessStartInfo(Programs.Find(project)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[Owner.Variable] = Owner.ThisProcess().ToString();
        start.Environment["DOTNET_ROOT"] = DotnetRoot.Path;
        // This process's own name and instance in telemetry are not the child's.
        start.Environment["OTEL_SERVICE_NAME"] = name;
        start.Environment.Remove("OTEL_RESOURCE_ATTRIBUTES");
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Log(line.Data);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(process);

        void Log(string? line)
        {
            if (line is not null)
            {
                logger.LogInformation("{Program}: {Line}", name, line);
            }
        }
    }

    /// <summary>Asks the process to end, and kills it where it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            LabOwner.End(process.Id);
            using var patience = new CancellationTokenSource(StopTime);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }
        }

        process.Dispose();
    }
}
