using System.Diagnostics;
using AppHost.Preparation;
using GoogleEmulator.Operations;
using Provisioner.Kubernetes;
using Provisioner.Operations;
using ServiceDefaults;

namespace GoogleEmulator.Clusters;

/// <summary>The process of one embedded cluster, which is what stands behind a cluster of Kubernetes Engine.</summary>
internal sealed class EmbeddedCluster : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(3);

    private readonly Process process;
    private readonly string folder;
    private readonly string name;
    private KubeApi? api;

    private EmbeddedCluster(string name, string folder, Process process)
    {
        this.name = name;
        this.folder = folder;
        this.process = process;
    }

    public string Kubeconfig => Path.Combine(folder, "kubeconfig");

    /// <summary>The cluster's API, once it is ready.</summary>
    public KubeApi Api => api ?? throw new InvalidOperationException($"cluster {name} is not ready");

    public bool IsReady => api is not null && !process.HasExited;

    /// <summary>Ends with the process.</summary>
    public Task Exit => process.WaitForExitAsync();

    /// <summary>Starts the process; it ends with this one.</summary>
    public static EmbeddedCluster Start(string name, string folder, IEnumerable<string> arguments, ILogger logger)
    {
        var start = new ProcessStartInfo(Programs.Find("Emulator")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments.Concat(["--name", name, "--state-directory", folder, "--api-port", "0"]))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[Owner.Variable] = Owner.ThisProcess().ToString();
        start.Environment["DOTNET_ROOT"] = DotnetRoot.Path;
        // This process's own name and instance in telemetry are not the cluster's.
        start.Environment["OTEL_SERVICE_NAME"] = name;
        start.Environment.Remove("OTEL_RESOURCE_ATTRIBUTES");
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Log(line.Data);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new EmbeddedCluster(name, folder, process);

        void Log(string? line)
        {
            if (line is not null)
            {
                logger.LogInformation("{Cluster}: {Line}", name, line);
            }
        }
    }

    /// <summary>Waits until the API answers that it is ready.</summary>
    public async Task ReadyAsync(CancellationToken cancellation)
    {
        var deadline = Stopwatch.StartNew();
        KubeApi? candidate = null;
        while (true)
        {
            if (process.HasExited || deadline.Elapsed > StartTime)
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

        api?.Dispose();
        process.Dispose();
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
