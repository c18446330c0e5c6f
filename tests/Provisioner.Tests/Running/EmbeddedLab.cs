using System.Diagnostics;
using System.Text;
using Provisioner.Api;
using Provisioner.Plan;
using Provisioner.State;
using Provisioner.Tests.Plan;
using ServiceDefaults;
using Testing;

namespace Provisioner.Tests.Running;

/// <summary>Two embedded clusters, the global ingress and the provisioner as processes, on free ports, as AppHost would start them.</summary>
public sealed class EmbeddedLab : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, Process> processes = [];
    private readonly StringBuilder output = new();
    private LabPlan plan = null!;

    public ControlClient Client { get; private set; } = null!;

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

    public async ValueTask InitializeAsync()
    {
        var vip = FreePort.Next();
        var made = Plans.Make(folder.Path);
        plan = made with
        {
            Until = 1,
            VipPort = vip,
            VipUrl = $"http://127.0.0.1:{vip}",
            StartedAt = DateTimeOffset.UtcNow,
            Clusters = [.. made.Clusters.Select(WithFreePorts)],
        };
        LabPlanFile.Write(folder.Path, plan);
        foreach (var cluster in plan.Clusters)
        {
            StartCluster(cluster.Name);
        }

        Start(
            "global-ingress",
            "GlobalIngress",
            ["--config-cluster", "us", "--kubeconfig", folder.File("kubeconfig"), "--project", plan.Project, "--vip-port", $"{vip}",
                .. plan.Clusters.SelectMany(cluster => (string[])["--member", $"{cluster.Name}={cluster.Location}/{cluster.ClusterName}"])]);
        Start("provisioner", "Provisioner", ["serve", "--lab", folder.Path]);
        await Eventually.HoldsAsync(() => ControlFiles.TryRead(folder.Path) is not null, "the provisioner serves", TimeSpan.FromSeconds(60));
        Client = ControlClient.TryOpen(folder.Path)!;
        await Eventually.HoldsAsync(async () => (await Client.StateAsync()).Running is null, "stage 1 is done");
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        foreach (var process in processes.Values)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        folder.Dispose();
    }

    /// <summary>Runs a verb, which has to succeed.</summary>
    public async Task<CommandLine> OkAsync(string verb, CommandArguments? arguments = null)
    {
        var said = new List<string>();
        var last = await Client.RunAsync(verb, arguments ?? new CommandArguments(), said.Add, TestContext.Current.CancellationToken);
        Assert.True(last.Ok, $"{verb}: {last.Message}\n{last.Cure}\n{string.Join('\n', said)}\n{Output}");
        return last;
    }

    public Task<LabState> StateAsync() => Client.StateAsync(TestContext.Current.CancellationToken);

    public async Task KillAsync(string cluster)
    {
        processes[cluster].Kill();
        await processes[cluster].WaitForExitAsync();
    }

    public void StartCluster(string name)
    {
        var cluster = plan.Clusters.Single(each => each.Name == name);
        Start(
            name,
            "Emulator",
            [
                "--name", name, "--cluster-name", cluster.ClusterName, "--project", plan.Project, "--location", cluster.Location,
                "--pod-cidr", cluster.PodCidr, "--service-cidr", cluster.ServiceCidr, "--api-port", $"{cluster.ApiPort}",
                "--state-directory", Path.GetDirectoryName(cluster.Kubeconfig)!,
                "--publish", $"{plan.GatewayNamespace}/istio-ingressgateway:80={cluster.GatewayPort}",
            ]);
    }

    private static ClusterPlan WithFreePorts(ClusterPlan cluster)
    {
        var gateway = FreePort.Next();
        return cluster with { ApiPort = FreePort.Next(), GatewayPort = gateway, GatewayUrl = $"http://127.0.0.1:{gateway}" };
    }

    private void Start(string name, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(LabProcess.Program(program), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LAB_DIRECTORY"] = folder.Path;
        start.Environment[Owner.Variable] = Owner.ThisProcess().ToString();
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Append(name, line.Data);
        process.ErrorDataReceived += (_, line) => Append(name, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        processes[name] = process;
    }

    private void Append(string name, string? line)
    {
        if (line is not null)
        {
            lock (output)
            {
                output.Append(name).Append(": ").AppendLine(line.Length > 500 ? line[..500] : line);
            }
        }
    }
}
