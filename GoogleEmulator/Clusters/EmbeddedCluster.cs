using System.Diagnostics;
using GoogleEmulator.Operations;
using Provisioner.Kubernetes;

namespace GoogleEmulator.Clusters;

/// <summary>The process of one embedded cluster, which is what stands behind a cluster of Kubernetes Engine.</summary>
internal sealed class EmbeddedCluster(string name, string folder, IEnumerable<string> arguments, IPrograms programs) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly IProgram process = programs.Start("Emulator", name, [.. arguments, "--name", name, "--state-directory", folder, "--api-port", "0"]);

    private volatile bool isDisposed;
    private KubeApi? api;

    public string Kubeconfig => Path.Combine(folder, "kubeconfig");

    /// <summary>The cluster's API, once it is ready.</summary>
    public KubeApi Api => api ?? throw new InvalidOperationException($"cluster {name} is not ready");

    public bool IsReady => api is not null && !isDisposed && !process.HasExited;

    /// <summary>Ends with the process.</summary>
    public Task Exit => process.Exit;

    /// <summary>Waits until the API answers that it is ready.</summary>
    public async Task ReadyAsync(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        KubeApi? candidate = null;
        while (true)
        {
            if (process.HasExited || clock.Elapsed > StartTime)
            {
                candidate?.Dispose();
                throw new OperationFailedException(13, process.HasExited
                    ? $"The control plane of cluster {name} ended with {process.ExitCode}; the emulator's log has its last words."
                    : $"The control plane of cluster {name} was not ready within {StartTime.TotalSeconds} s.");
            }

            if (candidate is null && File.Exists(Kubeconfig))
            {
                candidate = new KubeApi(name, KubeConfig.Load(Kubeconfig));
            }

            if (candidate is not null && await IsReadyAsync(candidate, cancellation))
            {
                api = candidate;
                return;
            }

            await Task.Delay(Pause, cancellation);
        }
    }

    /// <summary>Ends the process, and takes its folder away.</summary>
    public async ValueTask DisposeAsync()
    {
        isDisposed = true;
        await process.DisposeAsync();
        api?.Dispose();
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> IsReadyAsync(KubeApi candidate, CancellationToken cancellation)
    {
        try
        {
            using var response = await candidate.RawAsync("/readyz", cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (ClusterUnreachableException)
        {
            return false;
        }
    }
}
