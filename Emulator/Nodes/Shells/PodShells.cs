using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Emulator.Network;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Programs of the host in one pod: containers of shell images, and shells beside the programs that run in this process.</summary>
internal sealed class PodShells(
    ShellHost host, PodInterface network, EmbeddedNode node, Func<JsonObject> pod, Func<int, RequestDelegate?> inside) : IAsyncDisposable
{
    private static readonly TimeSpan RefreshTime = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim gate = new(1);
    private readonly ConcurrentDictionary<string, Task<ShellContainer>> companions = new();
    private readonly ConcurrentDictionary<int, byte> listened = new();
    private readonly string folder = host.PodFolder(pod().Uid());
    private PodVolumes? volumes;
    private PodSandbox? sandbox;
    private PodEgress? egress;
    private ITimer? refreshing;
    private bool disposed;

    /// <summary>Starts a container; returns when its program runs.</summary>
    /// <exception cref="ContainerFailedException">It cannot run here; says why.</exception>
    public async Task<ShellContainer> StartAsync(ShellProgram program)
    {
        var shared = await SandboxAsync();
        var container = await ShellContainer.StartAsync(host, shared, program, pod(), Path.Combine(folder, "containers"), Mounts(program.Container));
        if (egress is { } network && !program.IsCompanion)
        {
            _ = PublishAsync(network, container, program.Container);
        }

        return container;
    }

    /// <summary>Whether a port is one that the containers of shell images declare as theirs.</summary>
    public bool Listens(int port) => listened.ContainsKey(port);

    /// <summary>A container beside one whose program runs in this process: same mounts and environment, and nothing but what is executed in it.</summary>
    public async Task<ShellContainer> CompanionAsync(JsonObject container, IReadOnlyDictionary<string, string> environment)
    {
        var name = container["name"].Text() ?? "";
        var companion = companions.GetOrAdd(name, _ => StartAsync(new ShellProgram
        {
            Container = container,
            Command = ["sleep", "infinity"],
            IsCompanion = true,
            Environment = ShellImage.WithDefaults(environment, ShellImage.HostPath, "/root"),
            WorkingDirectory = container["workingDir"].Text() ?? "/",
        }));
        try
        {
            return await companion;
        }
        catch
        {
            companions.TryRemove(name, out _);
            throw;
        }
    }

    /// <summary>The first process of the container beside one; null when nobody has asked for it.</summary>
    public int? CompanionProcess(string container) =>
        companions.TryGetValue(container, out var companion) && companion.IsCompletedSuccessfully ? companion.Result.FirstProcess : null;

    /// <summary>Connects to a program that listens in the pod's own network.</summary>
    public ValueTask<Stream> ConnectAsync(int port, CancellationToken cancellation) =>
        egress is { } known ? known.ConnectInsideAsync(port, cancellation)
        : throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused);

    /// <summary>A ConfigMap or Secret has changed, or the pod's own labels.</summary>
    public void Refresh() => volumes?.Refresh();

    /// <summary>Services have come or gone: their ports are listened on.</summary>
    public void RefreshPorts() => egress?.Refresh();

    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync();
        try
        {
            disposed = true;
            foreach (var companion in companions.Values)
            {
                if (companion.IsCompletedSuccessfully)
                {
                    await companion.Result.DisposeAsync();
                }
            }

            refreshing?.Dispose();
            if (egress is not null)
            {
                await egress.DisposeAsync();
            }

            if (sandbox is not null)
            {
                await sandbox.DisposeAsync();
            }

            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Lets requests to the container's declared ports in while it runs.</summary>
    private async Task PublishAsync(PodEgress inner, ShellContainer container, JsonObject spec)
    {
        var ports = spec["ports"].Items().Where(port => port["protocol"].Text() is null or "TCP").Select(port => port["containerPort"].Int()).ToList();
        foreach (var port in ports)
        {
            listened[port] = 0;
            network.Ports[port] = context => inner.ForwardInsideAsync(context, port);
        }

        await container.Exited;
        foreach (var port in ports)
        {
            listened.TryRemove(port, out _);
            network.Ports.TryRemove(port, out _);
        }
    }

    private async Task<PodSandbox> SandboxAsync()
    {
        var isolation = await host.Isolation;
        if (isolation.Refusal is { } refusal)
        {
            throw new ContainerFailedException("CreateContainerError", $"{refusal}. A lab with real containers: --mode k3s", "FailedCreatePodSandBox");
        }

        await gate.WaitAsync();
        try
        {
            if (disposed)
            {
                throw new ContainerFailedException("ContainerCreating", "the pod is ending");
            }

            if (sandbox is null)
            {
                Directory.CreateDirectory(folder);
                UnixMode.Set(folder, UnixMode.Folder);
                volumes = host.Volumes(Path.Combine(folder, "volumes"), pod, node, network);
                WriteNames();
                var started = await PodSandbox.StartAsync(host.Tools, isolation, Hostname());
                if (isolation.IsRoot)
                {
                    egress = host.Egress(network, node, inside);
                    egress.Open(started.Process, ListensItself());
                }

                sandbox = started;
                refreshing = host.Time.CreateTimer(_ => Refresh(), null, RefreshTime, RefreshTime);
            }

            return sandbox;
        }
        finally
        {
            gate.Release();
        }
    }

    private string Hostname() => pod()["spec"]?["hostname"].Text() is { Length: > 0 } given ? given : pod().Name();

    /// <summary>Ports that programs in the pod's network want for themselves.</summary>
    private HashSet<int> ListensItself() =>
        [.. pod()["spec"]?["containers"].Items().Where(ShellImage.IsShell).SelectMany(container => container["ports"].Items())
            .Select(port => port["containerPort"].Int()) ?? []];

    private void WriteNames()
    {
        var name = Hostname();
        File.WriteAllText(Path.Combine(folder, "hostname"), name + "\n");
        File.WriteAllText(
            Path.Combine(folder, "hosts"),
            $"# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n{network.Address}\t{name}\n{Aliases()}");
        File.WriteAllText(
            Path.Combine(folder, "resolv.conf"),
            $"search {network.Namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver {host.NameServer}\noptions ndots:5\n");
    }

    private string Aliases() => string.Concat(pod()["spec"]?["hostAliases"].Items().Select(alias =>
        $"{alias["ip"].Text()}\t{string.Join('\t', (alias["hostnames"] as JsonArray ?? []).Select(item => item.Text()))}\n") ?? []);

    /// <summary>Source, target and access of each mount, in the order in which they nest.</summary>
    private List<(string Source, string Target, bool IsReadOnly)> Mounts(JsonObject container)
    {
        List<(string Source, string Target, bool IsReadOnly)> mounts =
        [
            (Path.Combine(folder, "hosts"), "/etc/hosts", false),
            (Path.Combine(folder, "hostname"), "/etc/hostname", false),
            (Path.Combine(folder, "resolv.conf"), "/etc/resolv.conf", false),
        ];
        var readOnly = pod()["spec"]?["volumes"].Items().Where(volume => volume["emptyDir"] is null).Select(volume => volume["name"].Text()).ToHashSet() ?? [];
        foreach (var mount in container["volumeMounts"].Items())
        {
            var name = mount["name"].Text() ?? "";
            var source = volumes!.Prepare(name);
            if (mount["subPath"].Text() is { Length: > 0 } part)
            {
                source = SubPath(source, part);
            }

            mounts.Add((source, mount["mountPath"].Text() ?? "/", mount["readOnly"].IsTrue() || readOnly.Contains(name)));
        }

        return [.. mounts.OrderBy(mount => mount.Target.Count(character => character == '/'))];
    }

    private static string SubPath(string volume, string part)
    {
        var path = Path.GetFullPath(Path.Combine(volume, part));
        if (!path.StartsWith(volume, StringComparison.Ordinal))
        {
            throw new ContainerFailedException("CreateContainerConfigError", $"failed to prepare subPath for volumeMount: {part} leads out of the volume");
        }

        // The file itself and not the link: a mount by subPath stays as it was when it began.
        if (File.Exists(path))
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName is { } target ? Real(volume, target) : path;
        }

        Directory.CreateDirectory(path);
        return path;
    }

    private static string Real(string volume, string target)
    {
        // "..data" in the middle is a link too.
        var data = new FileInfo(Path.Combine(volume, "..data")).LinkTarget;
        return data is null ? target : target.Replace($"{volume}/..data/", $"{volume}/{data}/", StringComparison.Ordinal);
    }
}
