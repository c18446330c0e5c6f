using System.Diagnostics;
using Provisioner.Plan;
using ServiceDefaults;
using Testing;

namespace Provisioner.Tests.Running;

/// <summary>Embedded clusters as processes, standing in for clusters of any kind.</summary>
internal sealed class EmbeddedClusters(string directory) : IAsyncDisposable
{
    private readonly List<Process> processes = [];

    public string KubeconfigOf(string cluster) => Path.Combine(directory, "running", cluster, "kubeconfig");

    public async Task StartAsync(LabPlan plan)
    {
        foreach (var cluster in plan.Clusters)
        {
            Start(
                "Emulator",
                [
                    "--name", cluster.Name, "--cluster-name", cluster.ClusterName, "--project", plan.Project, "--location", cluster.Location,
                    "--pod-cidr", cluster.PodCidr, "--service-cidr", cluster.ServiceCidr, "--api-port", $"{FreePort.Next()}",
                    "--state-directory", Path.GetDirectoryName(KubeconfigOf(cluster.Name))!,
                    "--publish", $"{plan.GatewayNamespace}/istio-ingressgateway:80={cluster.GatewayPort}",
                ]);
        }

        foreach (var cluster in plan.Clusters)
        {
            await Eventually.HoldsAsync(() => File.Exists(KubeconfigOf(cluster.Name)), $"{cluster.Name} has a kubeconfig", TimeSpan.FromSeconds(60));
            await Eventually.HoldsAsync(async () => (await new Kubectl(KubeconfigOf(cluster.Name)).TryAsync("get", "nodes")).IsSuccess, $"{cluster.Name} answers", TimeSpan.FromSeconds(90));
        }
    }

    public Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(LabProcess.Program(program), arguments);
        start.Environment["LAB_DIRECTORY"] = directory;
        start.Environment[Owner.Variable] = Owner.ThisProcess().ToString();
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        processes.Add(process);
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
