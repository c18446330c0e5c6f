using System.Diagnostics;
using Testing;

namespace Lab.Tests;

public sealed class WhereamiImageTests
{
    private const string Image = "lab-test/whereami:1";

    public WhereamiImageTests()
    {
        DockerEngine.Require();
        Tool.Require("curl");
    }

    [Fact]
    public async Task Whereami_runs_in_a_container_as_nobody_in_particular_on_a_root_it_cannot_write_with_a_shell_and_curl()
    {
        var port = FreePort.Next();
        using (var build = Process.Start(new ProcessStartInfo(
            Path.Combine(RepositoryRoot.Path, "build", "image-from-debian.sh"), [Path.ChangeExtension(LabProcess.Program("Whereami"), ".dll"), Image])
        {
            RedirectStandardOutput = true,
        })!)
        {
            await build.WaitForExitAsync();
            Assert.Equal(0, build.ExitCode);
        }

        var container = DockerEngine.Run(
            "run", "--detach", "--read-only", "--cap-drop", "ALL", "--publish", $"127.0.0.1:{port}:8080", "--env", "CLUSTER_NAME=us", "--env", "POD_NAME=whereami-0", Image);
        try
        {
            using var client = new HttpClient();
            await Eventually.HoldsAsync(
                async () =>
                {
                    try
                    {
                        return (await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/"))).Contains("cluster_name", StringComparison.Ordinal);
                    }
                    catch (HttpRequestException)
                    {
                        return false;
                    }
                },
                $"whereami answers; it said: {DockerEngine.TryRun("logs", container).Output}");

            Assert.Equal("10001", DockerEngine.Run("exec", container, "id", "-u"));
            Assert.Equal("us", DockerEngine.Run("exec", container, "sh", "-c", "curl -s localhost:8080/cluster_name").Trim('"', '\n'));
            Assert.NotEqual(0, DockerEngine.TryRun("exec", container, "sh", "-c", "echo x > /app/x").ExitCode);
        }
        finally
        {
            DockerEngine.Run("rm", "--force", container);
            DockerEngine.Run("image", "rm", Image);
        }
    }
}
