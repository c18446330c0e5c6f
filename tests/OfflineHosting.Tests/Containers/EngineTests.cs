using System.Net;
using Containers;
using Testing;

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
         "security":{"rootless":true}},"version":{"Version":"4.2.0-rhel"}}
        """;

    [Fact]
    public void Docker_and_podman_are_read_alike()
    {
        var docker = EngineInfo.Parse(Docker);
        var podman = EngineInfo.Parse(Podman);

        Assert.Equal(("docker", new Version(20, 10, 24), "amd64", 1, false, 2), (docker.Kind, docker.Version, docker.Architecture, docker.CgroupVersion, docker.Rootless, docker.Processors));
        Assert.Equal(("podman", new Version(4, 2, 0), "arm64", 2, true, 4), (podman.Kind, podman.Version, podman.Architecture, podman.CgroupVersion, podman.Rootless, podman.Processors));
        Assert.Empty(EngineCheck.Problems(docker, clusters: 2));
    }

    [Fact]
    public void Every_problem_is_named_at_once_with_its_cure()
    {
        var problems = EngineCheck.Problems(EngineInfo.Parse(Podman), clusters: 2);

        Assert.Equal(3, problems.Count);
        Assert.Contains(problems, p => p.What.Contains("podman 4.2.0 is too old") && p.What.Contains("4.3") && p.Cure.Contains("podman.io"));
        Assert.Contains(problems, p => p.What.Contains("controllers cpu, cpuset") && p.Cure.Contains("Delegate="));
        Assert.Contains(problems, p => p.What.Contains("2.0 GB") && p.What.Contains("3.0 GB") && p.Cure.Contains("memory"));
        Assert.Contains("controllers cpu;", Assert.Single(EngineCheck.Problems(EngineInfo.Parse(RootlessDocker), clusters: 2)).What);
        Assert.Contains("controllers cpu, cpuset, memory, pids;", EngineCheck.Problems(EngineInfo.Parse(Podman.Replace("[\"memory\",\"pids\"]", "[]")), clusters: 2)[1].What);
        Assert.Contains("Linux containers", Assert.Single(EngineCheck.Problems(EngineInfo.Parse(Docker.Replace("linux", "windows")), 2)).Cure);
        Assert.Contains("s390x", Assert.Single(EngineCheck.Problems(EngineInfo.Parse(Docker.Replace("x86_64", "s390x")), 2)).What);
        Assert.Contains("version 1", Assert.Single(EngineCheck.Problems(EngineInfo.Parse(RootlessDocker.Replace("\"2\"", "\"1\"")), 2)).What);
    }

    [Theory]
    [InlineData(4.9, 0, false)]
    [InlineData(-30, 1, false)]
    [InlineData(3600, 1, true)]
    public void A_clock_that_differs_is_a_problem_and_a_lab_cannot_do_with_minutes(double seconds, int problems, bool fatal)
    {
        var found = EngineCheck.Clock(TimeSpan.FromSeconds(seconds));

        Assert.Equal(problems, found.Count);
        Assert.All(found, problem => Assert.Equal((fatal, true), (problem.Fatal, problem.What.Contains("certificates"))));
    }

    [Theory]
    [InlineData(null, 0, false)]
    [InlineData(20L << 30, 0, false)]
    [InlineData(6L << 30, 1, false)]
    [InlineData(100L << 20, 1, true)]
    public void A_disk_without_room_for_the_images_is_a_problem_before_they_are_pulled(long? free, int problems, bool fatal)
    {
        var found = EngineCheck.Disk("/var/lib/docker", free, clusters: 2);

        Assert.Equal(problems, found.Count);
        Assert.All(found, problem => Assert.Equal((fatal, true), (problem.Fatal, problem.What.Contains("8.0 GB") && problem.What.Contains("/var/lib/docker"))));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("unix:///var/run/docker.sock", 0)]
    [InlineData("npipe:////./pipe/docker_engine", 0)]
    [InlineData("tcp://127.0.0.1:2375", 0)]
    [InlineData("ssh://me@build.example", 1)]
    public void An_engine_of_another_machine_is_refused(string? address, int problems) => Assert.Equal(problems, EngineCheck.Place("DOCKER_HOST", address).Count);

    [Fact]
    public async Task A_command_line_that_ends_well_without_its_engine_is_not_taken_for_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the engine of this test is a shell script");
        using var folder = new TemporaryFolder();
        var engine = new ContainerEngine(Script.Write(folder.File("docker"), """
            #!/bin/sh
            echo '{"ServerVersion":"","Architecture":"","ServerErrors":["Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"]}'
            """));

        var refused = await Assert.ThrowsAsync<ContainerEngineException>(() => EngineInfo.AskAsync(engine, TestContext.Current.CancellationToken));

        Assert.Contains("Is the docker daemon running?", refused.Message);
        Assert.Contains("Start the engine", refused.Cure);
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
        var networks = NetworkInspection.Parse(
            """[{"Name":"bridge","Labels":{"a":"b"},"IPAM":{"Config":[{"Subnet":"172.17.0.0/16"}]}},{"name":"podman","labels":{"a":"c"},"subnets":[{"subnet":"10.10.3.0/24"}]},{"Name":"host","Labels":null,"IPAM":{"Config":null}}]""");
        var inUse = AddressRanges.Of(networks).ToArray();

        Assert.Equal(["b", "c", null], networks.Select(n => n.Labels.GetValueOrDefault("a")));
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
    [InlineData("client version 1.52 is too new. Maximum supported API version is 1.41", "update the engine")]
    [InlineData("client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version", "older than its engine")]
    [InlineData("Cannot connect to Podman. Please verify your connection to the Linux system using `podman system connection list`", "podman machine start")]
    [InlineData("container-init binary not found on the host: stat /usr/libexec/podman/catatonit: no such file or directory", "catatonit")]
    [InlineData("docker.io/lab/x:1: image not known", "bundle load")]
    [InlineData("choosing an image from manifest list docker://x: no image found in manifest list for architecture riscv64", "processor")]
    [InlineData("crun: cgroups in hybrid mode not supported, drop all controllers from cgroupv2", "runc")]
    [InlineData("crun: setrlimit `RLIMIT_NOFILE`: Operation not permitted: OCI permission denied", "more rights")]
    [InlineData("creating container storage: the container name \"x\" is already in use by 73b5. You have to remove that container to be able to reuse that name: that name is already in use", "docker rm -f")]
    [InlineData("Get \"https://registry-1.docker.io/v2/\": tls: failed to verify certificate: x509: certificate signed by unknown authority", "trust its authority")]
    [InlineData("Get \"https://registry-1.docker.io/v2/\": proxyconnect tcp: dial tcp: lookup proxy.example: no such host", "engine's proxy")]
    [InlineData("short-name \"rancher/k3s:v1\" did not resolve to an alias and no unqualified-search registries are defined", "docker.io/rancher/k3s")]
    [InlineData("pull access denied for lab/k3s, repository does not exist or may require 'docker login'", "name is right")]
    [InlineData("net/http: TLS handshake timeout", "bundle load")]
    [InlineData("something new", "docker info")]
    public void What_an_engine_complains_about_has_a_cure(string complaint, string cure)
    {
        var failure = new ContainerEngine("docker").Refusal("it fails", new EngineAnswer(1, "", $"Error response from daemon: {complaint}\nSee 'docker run --help'."));

        Assert.Equal($"it fails: Error response from daemon: {complaint}", failure.Message);
        Assert.Contains(cure, failure.Cure);
    }
}
