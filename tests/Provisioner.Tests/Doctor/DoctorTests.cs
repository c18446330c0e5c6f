using System.Diagnostics;
using System.Text.Json.Nodes;
using Containers;
using Provisioner.Doctor;
using Testing;

namespace Provisioner.Tests.Doctor;

public sealed class DoctorTests
{
    private static readonly MachineFacts Healthy = new()
    {
        OperatingSystem = "Linux",
        Architecture = "amd64",
        Processors = 4,
        MemoryBytes = 16L << 30,
        Folder = "/home/me/lab",
        FreeBytes = 100L << 30,
        InotifyInstances = 1024,
        InotifyWatches = 1048576,
        Engine = new EngineFacts("docker", new EngineInfo("docker", new Version(28, 2), "linux", "amd64", 2, false, [], 16L << 30, 4), 3, TimeSpan.FromSeconds(0.2), new Dictionary<string, string?> { ["k3s"] = "amd64" }),
        Ports = new Dictionary<int, bool> { [8080] = false },
        Tools = [new ToolFacts("helm", "/usr/bin/helm", "v3.19.0", [], "install it"), new ToolFacts("kubectl", "/usr/bin/kubectl", "v1.36", ["gke"], "install it")],
    };

    [Theory]
    [InlineData("embedded")]
    [InlineData("k3s")]
    [InlineData("existing")]
    [InlineData("gke")]
    public void A_machine_that_has_everything_is_well(string mode) =>
        Assert.All(DoctorChecks.Find(Healthy, mode), finding => Assert.Equal(Severity.Ok, finding.Severity));

    [Fact]
    public void Without_an_engine_only_k3s_cannot_run()
    {
        var machine = Healthy with { Engine = null, EngineTrouble = ("Cannot connect to the Docker daemon", "Start the engine") };

        Assert.Equal(Severity.Error, Of(machine, "k3s", "container engine").Severity);
        Assert.Equal("Start the engine", Of(machine, "k3s", "container engine").Cure);
        Assert.Equal(Severity.Note, Of(machine, "embedded", "container engine").Severity);
    }

    [Theory]
    [InlineData(30, Severity.Warning)]
    [InlineData(3600, Severity.Error)]
    [InlineData(-3600, Severity.Error)]
    public void A_clock_that_differs_is_told_with_its_cure(double seconds, Severity severity)
    {
        var finding = Of(Healthy with { Engine = Healthy.Engine! with { ClockSkew = TimeSpan.FromSeconds(seconds) } }, "k3s", "clock");

        Assert.Equal(severity, finding.Severity);
        Assert.Contains("certificates", finding.Message);
        Assert.Contains("NTP", finding.Cure);
    }

    [Fact]
    public void An_image_for_another_processor_and_an_engine_without_room_are_told()
    {
        var machine = Healthy with { Engine = Healthy.Engine! with { Images = new Dictionary<string, string?> { ["pilot"] = "arm64" }, FreeBytes = 1L << 20 } };

        Assert.Contains("made for arm64", Of(machine, "k3s", "image").Message);
        Assert.Equal(Severity.Error, Of(machine, "k3s", "engine's disk").Severity);
        Assert.Equal(Severity.Warning, DoctorChecks.Find(machine, null).Single(finding => finding.Check == "engine's disk").Severity);
    }

    [Fact]
    public void Every_lack_has_its_words_and_its_cure()
    {
        var machine = Healthy with
        {
            Processors = 1,
            MemoryBytes = 1L << 30,
            FreeBytes = 1L << 20,
            InotifyInstances = 128,
            Engine = Healthy.Engine! with { Info = Healthy.Engine.Info with { CgroupVersion = 1 }, Networks = 31, Images = new Dictionary<string, string?> { ["pilot"] = null } },
            Ports = new Dictionary<int, bool> { [8080] = true, [8081] = false },
            Tools = [new ToolFacts("kubectl", null, null, ["gke"], "install it")],
            Proxies = new Dictionary<string, string> { ["HTTPS_PROXY"] = "http://proxy:3128" },
            Bundle = ("/bundle", "bundle.json is missing"),
        };

        var findings = DoctorChecks.Find(machine, "k3s").Where(finding => finding.Severity != Severity.Ok).ToDictionary(finding => finding.Check);

        Assert.Equal(
            ["address pools", "bundle", "control groups", "disk", "image", "inotify", "kubectl", "memory", "ports", "processors", "proxy"], findings.Keys.Order(StringComparer.Ordinal));
        Assert.All(findings.Values, finding => Assert.NotEmpty(finding.Cure!));
        Assert.Equal(Severity.Error, findings["address pools"].Severity);
        Assert.Contains("network prune", findings["address pools"].Cure);
        Assert.Contains("sysctl fs.inotify.max_user_instances=1024", findings["inotify"].Cure);
        Assert.Contains("NO_PROXY", findings["proxy"].Cure);
        Assert.Equal(Severity.Note, findings["ports"].Severity);
    }

    [Fact]
    public void Mode_existing_needs_helm_or_istioctl_and_the_cloud_needs_gcloud()
    {
        var machine = Healthy with { Tools = [new ToolFacts("gcloud", null, null, ["gke"], "install it")] };

        Assert.Equal(Severity.Error, Of(machine, "existing", "mesh installer").Severity);
        Assert.Equal(Severity.Error, Of(machine, "gke", "gcloud").Severity);
        Assert.Equal(Severity.Note, Of(machine, "k3s", "gcloud").Severity);
    }

    [Theory]
    [InlineData("""{"ServerVersion":"28.2.2","OperatingSystem":"Debian","Architecture":"x86_64","CgroupVersion":"2","MemTotal":8589934592,"NCPU":4,"SystemTime":"2026-08-22T10:00:07Z"}""", "28.2.2", "amd64", 2, "2026-08-22T10:00:07Z")]
    [InlineData("""{"host":{"arch":"arm64","os":"linux","cgroupVersion":"v1","memTotal":8589934592,"cpus":4},"version":{"Version":"5.4.0"}}""", "5.4.0", "arm64", 1, null)]
    public void Docker_and_podman_are_read_alike(string info, string version, string architecture, int cgroups, string? time)
    {
        var engine = EngineInfo.Parse(info);

        var expected = time is null ? (DateTimeOffset?)null : DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal((version, architecture, cgroups, expected, 8L << 30, 4), ($"{engine.Version}", engine.Architecture, engine.CgroupVersion, engine.Time, engine.MemoryBytes, engine.Processors));
    }

    [Theory]
    [InlineData("an engine that is too old")]
    [InlineData("no root, and nothing delegated")]
    [InlineData("another processor")]
    public void An_engine_that_cannot_carry_k3s_is_an_error_only_for_k3s(string fault)
    {
        var info = Healthy.Engine!.Info;
        info = fault switch
        {
            "an engine that is too old" => info with { Version = new Version(19, 3) },
            "another processor" => info with { Architecture = "riscv64" },
            _ => info with { Rootless = true, MissingControllers = ["cpu"] },
        };
        var machine = Healthy with { Engine = Healthy.Engine with { Info = info } };

        var finding = Assert.Single(DoctorChecks.Find(machine, "k3s"), each => each is { Check: "container engine", Severity: Severity.Error });
        Assert.NotEmpty(finding.Cure!);
        Assert.DoesNotContain(DoctorChecks.Find(machine, "embedded"), each => each.Severity == Severity.Error);
    }

    [Fact]
    public async Task Scripts_get_json_and_an_exit_code_without_any_lab()
    {
        var (missing, text) = await RunAsync("doctor", "--mode", "k3s", "--engine", "/no/such/engine", "--json");

        Assert.Equal(1, missing);
        var findings = JsonNode.Parse(text)!.AsArray();
        Assert.Contains(findings, finding => finding!["check"]!.ToString() == "container engine" && finding["severity"]!.ToString() == "Error" && finding["cure"]!.ToString().Length > 0);
        Assert.Contains(findings, finding => finding!["check"]!.ToString() == "dotnet");

        var (well, lines) = await RunAsync("doctor", "--mode", "embedded", "--engine", "/no/such/engine");

        Assert.True(well == 0, lines);
        Assert.Contains("the lab in mode embedded can run here", lines);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        // Of the programs that it asks for their versions only the one that every mode needs: gcloud alone takes a second.
        using var programs = new TemporaryFolder();
        var start = new ProcessStartInfo(LabProcess.Program("Provisioner"), arguments) { RedirectStandardOutput = true };
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(programs.File("dotnet"), Tool.Find("dotnet")!);
            start.Environment["PATH"] = programs.Path;
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }

    private static Finding Of(MachineFacts machine, string mode, string check) => DoctorChecks.Find(machine, mode).Single(finding => finding.Check == check);
}
