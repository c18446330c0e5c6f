using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Testing;

/// <summary>A whole lab that a test started: AppHost with everything below it, in a folder and on ports of its own.</summary>
public sealed class LabProcess : IAsyncDisposable
{
    private readonly StringBuilder output = new();
    private readonly TemporaryFolder? ownFolder;

    private LabProcess(TemporaryFolder? ownFolder, string directory, Process process)
    {
        this.ownFolder = ownFolder;
        Directory = directory;
        Process = process;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Process Process { get; }

    /// <summary>The lab's folder, <c>.lab</c> of this run.</summary>
    public string Directory { get; }

    public string Kubeconfig => Path.Combine(Directory, "kubeconfig");

    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>The lab's state as scripts see it, or null while there is none.</summary>
    public JsonNode? State => ReadJson("lab.json");

    /// <summary>The process of the provisioner that takes commands now; 0 while there is none.</summary>
    public int ProvisionerId => ReadJson("control.json")?["pid"]?.GetValue<int>() ?? 0;

    public string VipUrl => State!["vipUrl"]!.GetValue<string>();

    /// <summary>Starts AppHost on free ports and in a new folder, and returns at once.</summary>
    /// <param name="arguments">AppHost's own arguments.</param>
    /// <param name="directory">The lab's folder; a new temporary one when null.</param>
    public static LabProcess Start(IEnumerable<string> arguments, string? directory = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var folder = directory is null ? new TemporaryFolder() : null;
        var lab = directory ?? folder!.File(".lab");
        var start = new ProcessStartInfo(Program("AppHost"))
        {
            WorkingDirectory = RepositoryRoot.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["Lab__Directory"] = lab;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new LabProcess(folder, lab, Process.Start(start)!);
    }

    /// <summary>Starts a lab without dashboard and waits until it is ready.</summary>
    public static async Task<LabProcess> StartReadyAsync(params string[] arguments)
    {
        var lab = Start(["--mode", "embedded", "--no-dashboard", .. arguments]);
        try
        {
            await lab.ReadyAsync();
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>The built program of a project, next to the configuration that runs now.</summary>
    public static string Program(string project)
    {
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}") ? "Release" : "Debug";
        var name = OperatingSystem.IsWindows() ? project + ".exe" : project;
        return Path.Combine(RepositoryRoot.Path, project, "bin", configuration, "net10.0", name);
    }

    public Task ReadyAsync() => Eventually.HoldsAsync(
        () =>
        {
            Assert.False(Process.HasExited, $"AppHost ended with {(Process.HasExited ? Process.ExitCode : 0)} before the lab was ready:\n{Output}");
            Assert.False(Output.Contains("failed at"), $"A stage failed:\n{Output}");

            // A killed lab's state may still lie in the folder; only this run's own word counts.
            return Output.Contains("lab ready in") && State?["readyAt"] is not null;
        },
        "the lab is ready",
        TimeSpan.FromSeconds(90));

    /// <summary>Ids of all living processes that belong to this lab (Linux).</summary>
    public IReadOnlyList<int> ProcessIds()
    {
        var mark = Encoding.UTF8.GetBytes($"LAB_DIRECTORY={Directory}\0");
        var found = new List<int>();
        foreach (var folder in System.IO.Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && ReadEnvironment(id).AsSpan().IndexOf(mark) >= 0)
            {
                found.Add(id);
            }
        }

        return found;
    }

    /// <summary>Sends a signal by name, such as <c>INT</c>, to AppHost (Linux and macOS).</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, Process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            Signal("TERM");
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await Process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Process.Kill(entireProcessTree: true);
            }
        }

        Process.Dispose();
        ownFolder?.Dispose();
    }

    private JsonNode? ReadJson(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(Path.Combine(Directory, file)));
        }
        catch (Exception error) when (error is IOException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static byte[] ReadEnvironment(int id)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{id}/environ");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private void Append(string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
        }
    }
}
