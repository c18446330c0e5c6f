using System.Runtime.CompilerServices;
using AppHost.K3s;
using AppHost.Options;
using AppHost.Resources;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Containers;
using Provisioner.Plan;

namespace OfflineHosting.Tests.K3s;

/// <summary>Every argument that engine and k3s are given, against files beside this one. LAB_UPDATE_GOLDEN=1 writes them anew.</summary>
public sealed class GoldenTests
{
    private static readonly EngineInfo s_engine = new("docker", new Version(28, 2), "linux", "amd64", 2, Rootless: false, [], 8L << 30, 4);

    [Theory]
    [InlineData("two-clusters", 2, 2, 0, false)]
    [InlineData("one-cluster-of-an-engine-without-root", 1, 2, 0, true)]
    [InlineData("three-clusters-with-agents-on-control-groups-1", 3, 1, 1, false)]
    public async Task The_containers_of_a_lab(string name, int clusters, int cgroupVersion, int agents, bool rootless)
    {
        var options = Options(clusters, agents);
        var place = new LabPlace("k3s", new ContainerEngine("docker"), s_engine with { CgroupVersion = cgroupVersion, Rootless = rootless });
        var lab = K3sPlanner.PlanLab(place, options, "/labs/.lab");
        var builder = Shell.NewApplication();
        var containers = new List<ContainerResource>();
        foreach (var (cluster, index) in options.Clusters.Select((cluster, index) => (cluster, index)))
        {
            var plan = Plan(lab, cluster, index);
            containers.Add(builder.AddK3sCluster(lab, plan, "4711:123456", "TOKEN")
                .WithImageArchives(["/cache/whereami.tar"])
                .WithAgents("4711:123456", "TOKEN", ["/cache/whereami.tar"])
                .AddServiceEndpoint("gateway", servicePort: 80, plan.GatewayPort)
                .Resource);
        }

        await using var application = builder.Build();
        containers.AddRange(application.Resources.OfType<K3sAgentResource>());
        var text = new List<string>();
        foreach (var container in containers)
        {
            var create = await ContainerArguments.OfAsync(container, "unnamed", "NETWORK", CancellationToken.None);
            Assert.Equal("TOKEN", create.Environment["K3S_TOKEN"]);
            Assert.DoesNotContain(create.Arguments, argument => argument.Contains("TOKEN", StringComparison.Ordinal) && argument != "K3S_TOKEN");
            text.Add($"# {container.Name}");
            text.AddRange(create.Arguments.Select(argument => argument.Replace(Environment.MachineName, "MACHINE", StringComparison.Ordinal)));
        }

        AssertGolden(name, text);
    }

    [Fact]
    public void Nodes_never_share_the_hosts_control_groups()
    {
        foreach (var version in (int[])[1, 2])
        {
            var lab = K3sPlanner.PlanLab(new LabPlace("k3s", new ContainerEngine("docker"), s_engine with { CgroupVersion = version }), Options(2, 0), "/labs/.lab");
            var arguments = K3sNode.RuntimeArguments(lab, "us-server", "1:2");

            Assert.DoesNotContain(arguments, argument => argument.Contains("cgroupns=host") || argument.Contains("/sys/fs/cgroup"));
            Assert.Equal(version == 2, arguments.Contains("--cgroupns=private"));
        }
    }

    [Fact]
    public void One_folder_has_the_same_names_in_every_run_and_another_folder_has_others()
    {
        var place = new LabPlace("k3s", new ContainerEngine("docker"), s_engine);

        Assert.Equal(K3sPlanner.PlanLab(place, Options(2, 0), "/labs/.lab").Id, K3sPlanner.PlanLab(place, Options(3, 1), "/labs/.lab").Id);
        Assert.NotEqual(K3sPlanner.PlanLab(place, Options(2, 0), "/labs/.lab").Id, K3sPlanner.PlanLab(place, Options(2, 0), "/labs/.lab-2").Id);
    }

    [Fact]
    public void Archives_and_images_are_made_with_these_commands()
    {
        var podman = s_engine with { Kind = "podman", Version = new Version(5, 0) };
        AssertGolden("image-commands",
        [
            .. OwnImage.Arguments("/repository/Whereami", K3sImages.Whereami, "amd64", "/cache/whereami.tar"), "",
            .. OwnImage.Arguments("/repository/Whereami", K3sImages.Whereami, "arm64", "/cache/whereami.tar"), "",
            .. ImageArchive.SaveArguments(s_engine, PinnedImages.Istio[0], "amd64", "/cache/pilot.tar"), "",
            .. ImageArchive.SaveArguments(s_engine with { Version = new Version(20, 10) }, PinnedImages.Istio[0], "amd64", "/cache/pilot.tar"), "",
            .. ImageArchive.SaveArguments(podman, PinnedImages.Istio[0], "amd64", "/cache/pilot.tar"),
        ]);
    }

    [Theory]
    [InlineData(
        "/sdk/Containers.targets(255,5): error MSB4018: The \"CreateNewImage\" task failed unexpectedly. [/lab/Relay/Relay.csproj]\n"
        + "/sdk/Containers.targets(255,5): error MSB4018: System.Net.Http.HttpRequestException: Name or service not known (registry-1.docker.io:443) [/lab/Relay/Relay.csproj]\n"
        + "/sdk/Containers.targets(255,5): error MSB4018:    at System.Net [/lab/Relay/Relay.csproj]",
        "System.Net.Http.HttpRequestException: Name or service not known (registry-1.docker.io:443)")]
    [InlineData("/sdk/Containers.targets(1,1): error CONTAINER1015: Unable to download the image [/lab/Whereami/Whereami.csproj::TargetFramework=net10.0]", "Unable to download the image")]
    [InlineData("nothing of use", null)]
    public void What_keeps_an_image_from_being_built_is_told_by_its_cause(string output, string? reason) => Assert.Equal(reason, OwnImage.ReasonIn(output));

    [Fact]
    public void A_kubeconfig_is_taken_once_it_is_whole_and_leads_to_the_port_of_this_machine()
    {
        const string whole = "clusters:\n- cluster:\n    server: https://127.0.0.1:6443\nusers:\n- user:\n    client-key-data: eA==\n";

        Assert.Null(KubeconfigDelivery.ForThisMachine("", 20123));
        Assert.Null(KubeconfigDelivery.ForThisMachine(whole[..60], 20123));
        Assert.Contains("server: https://127.0.0.1:20123\n", KubeconfigDelivery.ForThisMachine(whole, 20123));
    }

    private static LabOptions Options(int clusters, int agents) => new()
    {
        Mode = LabMode.K3s,
        Clusters =
        [
            .. ((string Name, string Zone)[])[("us", "us-central1-c"), ("asia", "asia-northeast1-c"), ("europe", "europe-west1-b")] is var all
                ? all.Take(clusters).Select((cluster, index) => new ClusterOptions
                {
                    Name = cluster.Name,
                    ClusterName = $"multi-cluster-demo-{cluster.Name}",
                    Location = cluster.Zone,
                    PodCidr = $"10.{10 * (index + 1)}.0.0/16",
                    ServiceCidr = $"10.255.{10 * (index + 1)}.0/24",
                    Agents = agents,
                })
                : [],
        ],
    };

    private static ClusterPlan Plan(K3sPlan lab, ClusterOptions cluster, int index) => new()
    {
        Name = cluster.Name,
        ClusterName = cluster.ClusterName,
        Location = cluster.Location,
        PodCidr = cluster.PodCidr,
        ServiceCidr = cluster.ServiceCidr,
        ApiPort = 20000 + index,
        Kubeconfig = $"/labs/.lab/clusters/{cluster.Name}/kubeconfig",
        GatewayPort = 8081 + index,
        GatewayUrl = $"http://localhost:{8081 + index}",
        K3s = K3sPlanner.PlanCluster(lab, cluster),
    };

    private static void AssertGolden(string name, IEnumerable<string> lines, [CallerFilePath] string caller = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(caller)!, "Golden", $"{name}.txt");
        var text = string.Join('\n', lines) + "\n";
        if (Environment.GetEnvironmentVariable("LAB_UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        Assert.Equal(File.ReadAllText(file), text);
    }
}
