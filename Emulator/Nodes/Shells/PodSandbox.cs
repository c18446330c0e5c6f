namespace Emulator.Nodes;

/// <summary>The namespaces that the containers of one pod share: hostname, System V IPC and, where the cluster runs as root, the network.</summary>
internal sealed class PodSandbox : IAsyncDisposable
{
    private readonly HostProcess holder;

    private PodSandbox(HostProcess holder, Isolation isolation)
    {
        this.holder = holder;
        Isolation = isolation;
    }

    public Isolation Isolation { get; }

    /// <summary>The process that holds the namespaces.</summary>
    public int Process => holder.Id;

    public static async Task<PodSandbox> StartAsync(HostTools tools, Isolation isolation, string hostname)
    {
        string[] namespaces = isolation.IsRoot ? ["--net"] : ["--user", "--map-root-user"];
        var holder = await HostProcess.StartAsync(tools,
        [
            tools["setsid"], tools["unshare"], "--uts", "--ipc", .. namespaces,
            tools.Shell, "-c", ShellScripts.Sandbox, "sandbox", hostname, isolation.IsRoot ? "net" : "-",
        ]);
        var (line, error) = await holder.ReadLineAsync();
        if (line != "ready")
        {
            await holder.DisposeAsync();
            throw new ContainerFailedException("CreateContainerError", $"Failed to create pod sandbox: {error}", "FailedCreatePodSandBox");
        }

        return new PodSandbox(holder, isolation);
    }

    /// <summary>Arguments that put a program into these namespaces.</summary>
    public IReadOnlyList<string> Enter(HostTools tools) =>
    [
        tools["nsenter"], "--target", $"{Process}", "--uts", "--ipc", .. (string[])(Isolation.IsRoot ? ["--net"] : ["--user", "--preserve-credentials"]),
    ];

    public ValueTask DisposeAsync() => holder.DisposeAsync();
}
