using System.Net;
using Containers;

namespace OfflineHosting.Tests.Containers;

public sealed class EngineTests
{
    private const string Docker = """
        {"ServerVersion":"20.10.24+dfsg1","OSType":"linux","Architecture":"x86_64","CgroupVersion":"1","SecurityOptions":["name=seccomp,profile=default"],
         "MemTotal":25278550016,"NCPU":2,"MemoryLimit":true,"CPUShares":true,"PidsLimit":true}
        """;

    private const string RootlessDocker = """
        {"ServerVersion":"28.2.2","OSType":"linux","Architecture":"aarch64","CgroupVersion":"2","SecurityOptions":["name=seccomp","name=rootless","name=cgroupns"],
         "MemTotal":8589934592,"NCPU":8,"MemoryLimit":true,"CPUShares":false,"PidsLimit":true}
        """;

    private const string Podman = """
        {"host":{"os":"linux","arch":"arm64","cgroupVersion":"v2","cgroupControllers":["memory","pids"],"memTotal":2147483648,"cpus":4,
         "security":{"rootless":true}},"version":{"Version":"4.3.1-rhel"}}
        """;

    [Fact]
    public void Docker_and_podman_are_read_alike()
    {
        var docker = EngineInfo.Parse(Docker);
        var podman = EngineInfo.Parse(Podman);

        Assert.Equal(("docker", new Version(20, 10, 24), "amd64", 1, false, 2), (docker.Kind, docker.Version, docker.Architecture, docker.CgroupVersion, docker.Rootless, docker.Processors));
        Assert.Equal(("podman", new Version(4, 3, 1), "arm64", 2, true, 4), (podman.Kind, podman.Version, podman.Architecture, podman.CgroupVersion, podman.Rootless, podman.Processors));
        Assert.Empty(EngineCheck.Problems(docker, clusters: 2));
    }

    [Fact]
    public void Every_problem_is_named_at_once_with_its_cure()
    {
        var problems = EngineCheck.Problems(EngineInfo.Parse(Podman), clusters: 2);

        Assert.Equal(3, problems.Count);
        Assert.Contains(problems, p => p.What.Contains("podman 4.3.1 is too old") && p.What.Contains("4.4"));
        Assert.Contains(problems, p => p.What.Contains("controllers cpu") && p.Cure.Contains("Delegate="));
        Assert.Contains(problems, p => p.What.Contains("2.0 GB") && p.What.Contains("3.0 GB") && p.Cure.Contains("memory"));
        Assert.Contains("controllers cpu", Assert.Single(EngineCheck.Problems(EngineInfo.Parse(RootlessDocker), clusters: 2)).What);
        Assert.Contains("Linux containers", Assert.Single(EngineCheck.Problems(EngineInfo.Parse(Docker.Replace("linux", "windows")), 2)).Cure);
        Assert.Contains("s390x", Assert.Single(EngineCheck.Problems(EngineInfo.Parse(Docker.Replace("x86_64", "s390x")), 2)).What);
        Assert.Contains("version 1", Assert.Single(EngineCheck.Problems(EngineInfo.Parse(RootlessDocker.Replace("\"2\"", "\"1\"")), 2)).What);
    }

    [Fact]
    public void Few_inotify_instances_are_a_problem_where_the_nodes_cannot_raise_them()
    {
        Assert.Empty(EngineCheck.Inotify(128, clusters: 2, canRaise: true));
        Assert.Empty(EngineCheck.Inotify(null, clusters: 2, canRaise: false));
        Assert.Contains("sysctl", Assert.Single(EngineCheck.Inotify(128, clusters: 2, canRaise: false)).Cure);
    }

    [Fact]
    public void Address_ranges_that_touch_others_are_named_with_their_owner()
    {
        var inUse = AddressRanges.OfNetworks("""[{"Name":"bridge","IPAM":{"Config":[{"Subnet":"172.17.0.0/16"}]}},{"name":"podman","subnets":[{"subnet":"10.10.3.0/24"}]}]""").ToArray();

        Assert.Equal([IPNetwork.Parse("172.17.0.0/16"), IPNetwork.Parse("10.10.3.0/24")], inUse.Select(n => n.Range));
        var problems = AddressRanges.Conflicts([("us", "10.10.0.0/16"), ("asia", "10.20.0.0/16"), ("europe", "10.20.9.0/24"), ("africa", "10.3x")], inUse);
        Assert.Equal(3, problems.Count);
        Assert.Contains("10.10.3.0/24 of the engine's network podman", problems[0].What);
        Assert.Contains("overlaps asia 10.20.0.0/16", problems[1].What);
        Assert.Contains("'10.3x'", problems[2].What);
    }

    [Theory]
    [InlineData("Cannot connect to the Docker daemon at unix:///var/run/docker.sock.", "Start the engine")]
    [InlineData("lookup registry.istio.io on 10.0.0.1:53: no such host", "bundle load")]
    [InlineData("toomanyrequests: You have reached your pull rate limit", "docker login")]
    [InlineData("no matching manifest for linux/riscv64 in the manifest list entries", "processor")]
    [InlineData("driver failed programming external connectivity: Bind for 127.0.0.1:8081 failed: port is already allocated", "listens on that port")]
    [InlineData("could not find an available, non-overlapping IPv4 address pool", "network prune")]
    [InlineData("write /var/lib/docker/tmp: no space left on device", "system prune")]
    [InlineData("something new", "docker info")]
    public void What_an_engine_complains_about_has_a_cure(string complaint, string cure)
    {
        var failure = new ContainerEngine("docker").Refusal("it fails", new EngineAnswer(1, "", $"Error response from daemon: {complaint}\nSee 'docker run --help'."));

        Assert.Equal($"it fails: Error response from daemon: {complaint}", failure.Message);
        Assert.Contains(cure, failure.Cure);
    }
}
