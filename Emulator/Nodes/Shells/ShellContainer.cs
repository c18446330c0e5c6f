using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Storage;
using Microsoft.Win32.SafeHandles;

namespace Emulator.Nodes;

/// <summary>A container of processes on this host, in namespaces of its own.</summary>
internal sealed class ShellContainer : IRunningContainer
{
    private const int MaximumMessage = 4096;
    private const int Missing = 127;
    private const int StartFailed = 128;

    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AttachedOutput output = new();
    private readonly ShellHost host;
    private readonly PodSandbox sandbox;
    private readonly ShellProgram program;
    private readonly HostProcess process;
    private readonly string privileges;
    private readonly string messageFile;

    private ShellContainer(ShellHost host, PodSandbox sandbox, ShellProgram program, HostProcess process, string privileges, string messageFile, int init)
    {
        this.host = host;
        this.sandbox = sandbox;
        this.program = program;
        this.process = process;
        this.privileges = privileges;
        this.messageFile = messageFile;
        Init = init;
    }

    /// <summary>The host's number of the container's first process.</summary>
    public int Init { get; }

    public int? FirstProcess => Init;

    public Task<int> Exited => exited.Task;

    public string? EndReason { get; private set; }

    public string? EndMessage { get; private set; }

    /// <exception cref="ContainerFailedException">Its root could not be made; says what failed.</exception>
    public static async Task<ShellContainer> StartAsync(
        ShellHost host, PodSandbox sandbox, ShellProgram program, JsonObject pod, string folder, IReadOnlyList<(string Source, string Target, bool IsReadOnly)> mounts)
    {
        var name = program.Container["name"].Text() ?? "";
        var root = Path.Combine(folder, name, "root");
        var messageFile = Path.Combine(folder, name, "message");
        Directory.CreateDirectory(root);
        await File.WriteAllTextAsync(messageFile, "");
        UnixMode.Set(messageFile, UnixMode.Open);
        var privileges = Privileges.Of(pod, program.Container, sandbox.Isolation.IsRoot);
        List<string> command =
        [
            .. sandbox.Enter(host.Tools), host.Tools["unshare"], "--mount", "--pid", "--fork", "--kill-child",
            host.Tools.Shell, "-c", ShellScripts.Container, "container",
            root, sandbox.Isolation.IsRoot ? "ro" : "-", program.IsBusyBox ? await host.BusyBoxAsync() : "", program.WorkingDirectory, privileges,
            messageFile, program.Container["terminationMessagePath"].Text() ?? "/dev/termination-log", "rw",
        ];
        if (program.HasBusyBox)
        {
            command.AddRange([await host.BusyBoxAsync(), ShellImage.BusyBoxFolder, "ro"]);
        }

        foreach (var (source, target, isReadOnly) in mounts)
        {
            command.AddRange([source, target, isReadOnly ? "ro" : "rw"]);
        }

        var process = await HostProcess.StartAsync(host.Tools, [.. command, "--", .. program.Command], program.Environment);
        var (line, error) = await process.ReadLineAsync();
        var words = line?.Split(' ', 2) ?? [];
        var init = words is ["ready", var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 0;
        var container = new ShellContainer(host, sandbox, program, process, privileges, messageFile, init);
        if (words is ["missing", var wanted])
        {
            container.Fail(
                $"failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container "
                + $"process: exec: \"{wanted}\": executable file not found in $PATH: unknown");
        }
        else if (init == 0)
        {
            await process.DisposeAsync();
            throw new ContainerFailedException("CreateContainerError", $"the container's root could not be made: {error}");
        }
        else
        {
            await container.BeginAsync();
            _ = container.CopyOutputAsync();
        }

        return container;
    }

    /// <summary>Runs one more program in the container.</summary>
    /// <exception cref="ContainerFailedException">The container has no such program.</exception>
    public async Task<ICommandStreams> ExecuteAsync(IReadOnlyList<string> command, bool hasTerminal)
    {
        if (!Has(command[0]))
        {
            throw new ContainerFailedException(
                "", $"failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: "
                + $"exec: \"{command[0]}\": executable file not found in $PATH: unknown");
        }

        var terminal = hasTerminal ? OpenTerminal() : default;
        var environment = hasTerminal ? new Dictionary<string, string>(program.Environment) { ["TERM"] = "xterm" } : program.Environment;
        var started = await HostProcess.StartAsync(
            host.Tools,
            [
                host.Tools["nsenter"], "--target", $"{Init}", "--mount", "--uts", "--ipc", "--pid",
                .. (string[])(sandbox.Isolation.IsRoot ? ["--net"] : ["--user", "--preserve-credentials"]),
                "/bin/sh", "-c", ShellScripts.Command, "command",
                terminal is null ? "-" : $"{Native.Unlock(terminal)}", program.WorkingDirectory, $"--pdeathsig KILL {privileges}", .. command,
            ],
            environment);
        started.Begin(terminal);
        return started;
    }

    public async Task<CommandResult> RunCommandAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        ICommandStreams streams;
        try
        {
            streams = await ExecuteAsync(command, hasTerminal: false);
        }
        catch (ContainerFailedException e)
        {
            return new CommandResult(Missing, e.Message);
        }

        await using (streams)
        {
            streams.CloseInput();
            var text = new StringBuilder();
            await foreach (var chunk in streams.Output.ReadAllAsync(cancellation))
            {
                if (text.Length < MaximumMessage)
                {
                    text.Append(Encoding.UTF8.GetString(chunk.Bytes.Span));
                }
            }

            return new CommandResult(await streams.Exited.WaitAsync(cancellation), text.ToString());
        }
    }

    /// <summary>Joins the program's own streams.</summary>
    public ICommandStreams Attach() => output.Join(process, exited.Task, program.HasInput);

    public async Task StopAsync(TimeSpan grace)
    {
        if (grace > TimeSpan.Zero)
        {
            // A first process that has no handler for it does not get it: Linux protects the first process of a PID namespace.
            Native.Signal(Init, Native.Terminate);
            await Task.WhenAny(exited.Task, Task.Delay(grace));
        }

        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!exited.Task.IsCompleted)
        {
            Native.Signal(Init, Native.Kill);
            await exited.Task;
        }
    }

    /// <summary>Lets the program go on, on a terminal if it wants one.</summary>
    private async Task BeginAsync()
    {
        var terminal = program.HasTerminal ? OpenTerminal() : null;
        var how = terminal is null ? program.HasInput ? "pipe" : "null" : $"tty {Native.Unlock(terminal)}";
        await process.WriteAsync(Encoding.UTF8.GetBytes(how + "\n"), CancellationToken.None);
        process.Begin(terminal);
    }

    /// <summary>Passes on what the program writes, until it ends.</summary>
    private async Task CopyOutputAsync()
    {
        var lines = new LineSplitter(program.Log);
        await foreach (var chunk in process.Output.ReadAllAsync())
        {
            lines.Add(chunk);
            output.Write(chunk);
        }

        lines.Flush();
        var exitCode = await process.Exited;
        EndMessage = await ReadMessageAsync(lines.Last, exitCode);
        await process.DisposeAsync();
        output.Complete();
        exited.TrySetResult(exitCode);
    }

    private void Fail(string message)
    {
        (EndReason, EndMessage) = ("StartError", message);
        exited.TrySetResult(StartFailed);
    }

    /// <summary>A new pseudo terminal of the container's own; the program opens its other end.</summary>
    private SafeFileHandle OpenTerminal() =>
        File.OpenHandle($"/proc/{Init}/root/dev/pts/ptmx", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    private bool Has(string name)
    {
        var root = $"/proc/{Init}/root";
        if (name.Contains('/'))
        {
            return Exists(Path.Join(root, name.StartsWith('/') ? name : Path.Join(program.WorkingDirectory, name)));
        }

        return program.Environment.GetValueOrDefault("PATH", "").Split(':').Any(folder => Exists(Path.Join(root, folder, name)));
    }

    // The target of a link is seen from this side of the root, so that its being there is all that can be asked.
    private static bool Exists(string path) => File.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private async Task<string?> ReadMessageAsync(IReadOnlyCollection<string> lastLines, int exitCode)
    {
        var text = await File.ReadAllTextAsync(messageFile);
        if (text.Length == 0 && exitCode != 0 && program.Container["terminationMessagePolicy"].Text() == "FallbackToLogsOnError")
        {
            text = string.Concat(lastLines.Select(line => line + "\n"));
        }

        return text.Length == 0 ? null : text.Length > MaximumMessage ? text[^MaximumMessage..] : text;
    }
}
