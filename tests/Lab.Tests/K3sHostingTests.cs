using Testing;

namespace Lab.Tests;

/// <summary>The hosting of a lab on k3s in a real engine, with an image that only pretends to be k3s.</summary>
public sealed class K3sHostingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _directory;

    public K3sHostingTests()
    {
        DockerEngine.Require();
        _directory = _folder.File(".lab");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Clusters_start_in_containers_and_all_of_it_goes_when_AppHost_is_killed_or_asked_to_end()
    {
        string id;
        await using (var killed = await StartAsync())
        {
            id = Id();
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Kubeconfig("us")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
            Assert.Contains("server: https://127.0.0.1:", File.ReadAllText(Kubeconfig("asia")));
            Assert.Contains("--cluster-cidr=10.20.0.0/16", DockerEngine.Run("logs", $"lab-{id}-asia"));

            killed.Signal("KILL");

            await Eventually.HoldsAsync(() => Everything(id).Length == 0, "the reaper has removed everything", TimeSpan.FromSeconds(60));
        }

        await using var asked = await StartAsync();
        asked.Signal("INT");
        await asked.Process.WaitForExitAsync();
        Assert.Equal("", Everything(id));
        Assert.False(Directory.Exists(_directory));
    }

    [Fact]
    public async Task What_a_lab_left_whose_reaper_was_killed_too_is_removed_by_the_next()
    {
        await using (var killed = await StartAsync())
        {
            var processes = killed.ProcessIds();
            killed.Signal("STOP");
            foreach (var process in processes.Append(killed.Process.Id).Distinct())
            {
                using var kill = System.Diagnostics.Process.Start("kill", ["-KILL", process.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
                kill.WaitForExit();
            }
        }

        Assert.NotEqual("", Everything(Id()));
        await using var next = await StartAsync();
        Assert.Contains("Removed what an earlier lab left in docker", next.Output);
    }

    [Fact]
    public async Task Without_an_image_of_k3s_the_lab_says_where_to_get_one_and_leaves_nothing()
    {
        // Nothing listens on the port for discarding.
        const string Image = "127.0.0.1:9/lab-test/k3s:none";
        await using var lab = LabProcess.Start(["--mode", "k3s", "--no-dashboard", $"--Lab:K3sImage={Image}"], _directory);
        await lab.Process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(lab.Process.ExitCode == 2, lab.Output);
        Assert.All([$"image {Image} cannot be pulled", "connection refused", "bundle load FILE", "--mode embedded"], words => Assert.Contains(words, lab.Output));
        Assert.False(Directory.Exists(_directory));
    }

    [Fact]
    public async Task An_image_for_another_processor_is_told_before_anything_starts()
    {
        var architecture = DockerEngine.LoadForeign("lab-test/foreign:1");
        await using var lab = LabProcess.Start(["--mode", "k3s", "--no-dashboard", "--Lab:K3sImage=lab-test/foreign:1", $"--Lab:BundleDirectory={Bundle()}"], _directory);
        await lab.Process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(lab.Process.ExitCode == 2, lab.Output);
        Assert.Contains($"The image lab-test/foreign:1 in docker is made for {architecture}", lab.Output);
        Assert.Contains("Load a bundle for linux/", lab.Output);
        Assert.False(Directory.Exists(_directory));
    }

    private async Task<LabProcess> StartAsync()
    {
        if (Directory.Exists(Path.Combine(_directory, "clusters")))
        {
            // Of the run before: what is waited for is this run's.
            Directory.Delete(Path.Combine(_directory, "clusters"), recursive: true);
        }

        var lab = LabProcess.Start(
            ["--mode", "k3s", "--name", "k3stest", "--no-dashboard", $"--Lab:K3sImage={DockerEngine.Image}", "--Lab:WhereamiImage=lab-test/whereami:1", $"--Lab:BundleDirectory={Bundle()}"],
            _directory,
            new Dictionary<string, string> { ["LAB_ENGINE"] = DockerEngine.WithoutPrivileges(_folder) });
        await Eventually.HoldsAsync(
            () =>
            {
                Assert.False(lab.Process.HasExited, lab.Output);
                return File.Exists(Kubeconfig("us")) && File.Exists(Kubeconfig("asia"));
            },
            "both kubeconfigs are there",
            TimeSpan.FromSeconds(120));
        return lab;
    }

    // With a bundle nothing is pulled.
    private string Bundle()
    {
        var bundle = Directory.CreateDirectory(_folder.File("bundle")).FullName;
        File.WriteAllText(Path.Combine(bundle, "bundle.json"), "{}");
        return bundle;
    }

    private string Kubeconfig(string cluster) => Path.Combine(_directory, "clusters", cluster, "kubeconfig");

    private string Id() =>
        System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(_directory, "plan.json")))!["k3s"]!["id"]!.ToString();

    private static string Everything(string id) => string.Join(
        ' ',
        DockerEngine.Run("ps", "--all", "--quiet", "--filter", $"label=lab.dev/id={id}"),
        DockerEngine.Run("volume", "ls", "--quiet", "--filter", $"name=lab-{id}-"),
        DockerEngine.Run("network", "ls", "--quiet", "--filter", "name=aspire-session-network-.*-k3stest")).Trim();
}
