using System.Diagnostics;
using System.Globalization;
using Containers;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Networks;
using Provisioner.Api;
using Provisioner.Plan;
using Provisioner.Tests.Running;
using ServiceDefaults;
using Testcontainers.K3s;
using Testing;

namespace Provisioner.Tests.K3s.Real;

/// <summary>Two clusters of real k3s in containers on one network, and a provisioner in mode k3s over them; skipped, saying why, where k3s's image cannot be had.</summary>
public sealed class RealK3s : IAsyncDisposable
{
    private const int ApiPort = 6443;
    private const int GatewayPort = 80;

    // A pull of an image that no registry gives fails at once or never.
    private static readonly TimeSpan PullTime = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder folder = new();
    private readonly List<K3sContainer> containers = [];
    private readonly EmbeddedClusters processes;
    private INetwork? network;

    public RealK3s() => processes = new EmbeddedClusters(folder.Path);

    internal LabPlan Plan { get; private set; } = null!;

    public ControlClient Client { get; private set; } = null!;

    public Kubectl KubectlOf(string cluster) => new(Plan.Clusters.Single(each => each.Name == cluster).Kubeconfig);

    /// <summary>Starts everything, or skips the running test: a fixture that skips while it is made would fail it.</summary>
    public async Task StartAsync()
    {
        var engine = await RequireImageAsync();

        // Testcontainers' own reaper is one more image; what a killed test leaves has the lab's labels, and the next lab removes it.
        TestcontainersSettings.ResourceReaperEnabled = false;
        network = new NetworkBuilder().Build();
        var plan = K3sPlans.Make(folder.Path, 2);
        plan = plan with { Until = 1, K3s = plan.K3s! with { WhereamiImage = "us-docker.pkg.dev/google-samples/containers/gke/whereami:v1.2.25", RelayImage = null } };
        var id = Guid.NewGuid().ToString("N")[..8];
        var clusters = new List<ClusterPlan>();
        foreach (var made in plan.Clusters)
        {
            // Ports of the engine's choice would be others after a restart.
            var (api, gateway) = (FreePort.Next(), FreePort.Next());
            var cluster = made with
            {
                K3s = made.K3s! with { Server = $"lab-{id}-{made.Name}" },
                ApiPort = api,
                GatewayPort = gateway,
                GatewayUrl = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{gateway}"),
            };
            var container = NewContainer(cluster, engine.CgroupVersion);
            containers.Add(container);
            await container.StartAsync(TestContext.Current.CancellationToken);
            Directory.CreateDirectory(Path.GetDirectoryName(cluster.Kubeconfig)!);
            await File.WriteAllTextAsync(cluster.Kubeconfig, await container.GetKubeconfigAsync());
            clusters.Add(cluster);
        }

        var vip = FreePort.Next();
        Plan = plan with { Clusters = clusters, VipPort = vip, VipUrl = $"http://127.0.0.1:{vip}", StartedAt = DateTimeOffset.UtcNow };
        LabPlanFile.Write(folder.Path, Plan);
        processes.Start(
            "GlobalIngress",
            ["--config-cluster", "us", "--kubeconfig", folder.File("kubeconfig"), "--project", Plan.Project, "--vip-port", $"{vip}", "--dial-pods", "api",
                .. Plan.Clusters.SelectMany(cluster => (string[])["--member", $"{cluster.Name}={cluster.Location}/{cluster.ClusterName}"])]);
        processes.Start("Provisioner", ["serve", "--lab", folder.Path]);
        await Eventually.HoldsAsync(() => ControlFiles.TryRead(folder.Path) is not null, "the provisioner serves", TimeSpan.FromSeconds(60));
        Client = ControlClient.TryOpen(folder.Path)!;
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        await processes.DisposeAsync();
        foreach (var container in containers)
        {
            await container.DisposeAsync();
        }

        if (network is not null)
        {
            await network.DeleteAsync();
        }

        folder.Dispose();
    }

    /// <summary>Stops a cluster's only node and starts it again, as a laptop that sleeps does.</summary>
    public async Task RestartAsync(string cluster)
    {
        var container = containers[Plan.Clusters.Select(each => each.Name).ToList().IndexOf(cluster)];
        await container.StopAsync();
        await container.StartAsync();
    }

    // As AppHost starts its nodes: Testcontainers' own k3s shares the host's control groups, which two clusters on one machine do not survive.
    private K3sContainer NewContainer(ClusterPlan cluster, int cgroupVersion) => new K3sBuilder(PinnedImages.K3s)
        .WithName(cluster.K3s!.Server)
        .WithLabel(LabLabels.Id, cluster.K3s.Server.Split('-')[1])
        .WithLabel(LabLabels.Owner, Owner.ThisProcess().ToString())
        .WithLabel(LabLabels.Host, Environment.MachineName)
        .WithNetwork(network!)
        .WithNetworkAliases(cluster.K3s.Alias)
        .WithPortBinding(cluster.ApiPort, ApiPort)
        .WithPortBinding(cluster.GatewayPort, GatewayPort)
        .WithCommand(
            "server", $"--cluster-cidr={cluster.PodCidr}", $"--service-cidr={cluster.ServiceCidr}", $"--tls-san={cluster.K3s.Alias}", "--tls-san=127.0.0.1",
            "--disable=traefik", "--disable=metrics-server", "--disable=local-storage",
            $"--node-label=topology.kubernetes.io/region={cluster.Location[..cluster.Location.LastIndexOf('-')]}", $"--node-label=topology.kubernetes.io/zone={cluster.Location}",
            // Such as a development machine's disk, which is often nearly full.
            "--kubelet-arg=eviction-hard=imagefs.available<1%,nodefs.available<1%", "--kubelet-arg=eviction-minimum-reclaim=imagefs.available=1%,nodefs.available=1%",
            // From Kubernetes 1.35 the kubelet refuses version 1 unless it is told not to; on version 2 it is of no effect.
            "--kubelet-arg=fail-cgroupv1=false",
            // Without the kernel's module br_netfilter, which docker loads no more, no Service would answer a pod of its own node.
            "--kube-proxy-arg=masquerade-all=true")
        .WithCreateParameterModifier(parameters =>
        {
            var host = parameters.HostConfig!;
            host.CgroupnsMode = cgroupVersion == 2 ? "private" : "";
            host.Mounts = [.. (host.Mounts ?? []).Where(mount => mount.Target != "/sys/fs/cgroup")];
            host.Binds = [.. (host.Binds ?? []).Where(bind => !bind.Contains("/sys/fs/cgroup", StringComparison.Ordinal))];

            // Testcontainers' own command comes before this one, and k3s takes the first word for its verb.
            var words = parameters.Cmd ?? [];
            parameters.Cmd = [.. words.Skip(words.ToList().LastIndexOf("server"))];
        })
        .Build();

    private static async Task<EngineInfo> RequireImageAsync()
    {
        Tool.Require("docker");
        Tool.Require("kubectl");
        var engine = new ContainerEngine("docker");
        var answer = await engine.TryRunAsync(["ps", "--quiet"], TestContext.Current.CancellationToken);
        if (!answer.Ok)
        {
            Tool.Missing("k3s", $"docker does not answer: {answer.Reason}");
        }

        var info = await EngineInfo.AskAsync(engine, TestContext.Current.CancellationToken);
        if (info.Architecture != "amd64")
        {
            Tool.Missing("k3s", $"Google's image of whereami is made for amd64, and the engine's processor is {info.Architecture}");
        }

        // Testcontainers would ask for a newer API than Debian's engine has.
        Environment.SetEnvironmentVariable("DOCKER_API_VERSION", await engine.RunAsync(["version", "--format", "{{.Server.APIVersion}}"], TestContext.Current.CancellationToken));
        if (await engine.HasImageAsync(PinnedImages.K3s, TestContext.Current.CancellationToken))
        {
            return info;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var clock = Stopwatch.StartNew();
        try
        {
            // Whoever asks for these tests waits for the image as long as it takes.
            limit.CancelAfter(Environment.GetEnvironmentVariable("LAB_REQUIRE")?.Contains("k3s", StringComparison.Ordinal) == true ? TimeSpan.FromMinutes(5) : PullTime);
            await engine.PullAsync(PinnedImages.K3s, _ => { }, limit.Token);
        }
        catch (ContainerEngineException e)
        {
            Tool.Missing("k3s", e.Message);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            Tool.Missing("k3s", $"{PinnedImages.K3s} is not here and was not pulled within {clock.Elapsed.TotalSeconds:0} s");
        }

        return info;
    }
}
