using System.Collections.Concurrent;
using System.Diagnostics;
using Emulator.Network;

namespace Emulator.Nodes;

/// <summary>What this host offers for programs in pods.</summary>
internal sealed class ShellHost(ClusterOptions options, VolumeContents contents, PodEgressFactory egress, TimeProvider time, ILogger<ShellHost> log) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<PodShells, Task> ending = new();
    private readonly string pods = Clear(Path.Combine(options.StateDirectory, "pods"));
    private readonly Lazy<Task<Isolation>> isolation = new(ProbeAsync);
    private readonly Lazy<Task<string>> busyBox = new(() => InstallBusyBoxAsync(options));

    public HostTools Tools { get; } = new();

    public TimeProvider Time => time;

    public System.Net.IPAddress NameServer => egress.NameServer;

    public Task<Isolation> Isolation => isolation.Value;

    /// <summary>The folder of a pod's volumes and logs of ending; it goes with the pod.</summary>
    public string PodFolder(string uid) => Path.Combine(pods, uid);

    /// <summary>A folder with busybox's programs; empty when the host has no busybox.</summary>
    public Task<string> BusyBoxAsync() => Tools.BusyBox is null ? Task.FromResult("") : busyBox.Value;

    public PodVolumes Volumes(string folder, Func<System.Text.Json.Nodes.JsonObject> pod, EmbeddedNode node, PodInterface network) =>
        new(folder, contents, pod, node, network.Address.ToString(), time);

    public PodEgress Egress(PodInterface network, EmbeddedNode node, Func<int, RequestDelegate?> inside) => egress.Create(network, node, inside);

    /// <summary>Ends what a pod has here, without its waiting for it; the end of the cluster waits.</summary>
    public void End(PodShells shells, string pod)
    {
        var ended = ending[shells] = EndAsync();
        ended.ContinueWith(_ => ending.TryRemove(shells, out Task? _), TaskScheduler.Default);

        async Task EndAsync()
        {
            try
            {
                await shells.DisposeAsync();
            }
            catch (Exception e)
            {
                log.LogWarning("What pod {Pod} had on this host is not all gone: {Reason}. It goes with the cluster's folder", pod, e.Message);
            }
        }
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(ending.Values);

    /// <summary>What a cluster that was killed has left is nobody's any more.</summary>
    private static string Clear(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return folder;
    }

    private static Task<Isolation> ProbeAsync() => Nodes.Isolation.ProbeAsync(new HostTools());

    private static async Task<string> InstallBusyBoxAsync(ClusterOptions options)
    {
        var folder = Path.Combine(options.StateDirectory, "busybox");
        Directory.CreateDirectory(folder);
        UnixMode.Set(folder, UnixMode.Folder);
        var start = new ProcessStartInfo(HostTools.Find("busybox")!) { RedirectStandardError = true };
        foreach (var argument in (string[])["--install", "-s", folder])
        {
            start.ArgumentList.Add(argument);
        }

        using var install = await ProcessStarter.StartAsync(start);
        await install.WaitForExitAsync();
        return folder;
    }
}
