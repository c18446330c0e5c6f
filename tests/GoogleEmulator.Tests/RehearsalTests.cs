using CliWrap;
using CliWrap.Buffered;
using Testing;

namespace GoogleEmulator.Tests;

/// <summary>The seed's sections, typed into a shell.</summary>
public sealed class RehearsalTests
{
    [Fact]
    public async Task The_seeds_commands_lead_to_a_vip_that_both_clusters_answer()
    {
        if (Environment.GetEnvironmentVariable("LAB_SLOW") != "1")
        {
            Assert.Skip("A whole rehearsal takes a minute of an idle machine; LAB_SLOW=1 asks for it");
        }

        foreach (var tool in (string[])["bash", "curl", "gcloud", "gke-gcloud-auth-plugin", "kubectl"])
        {
            Tool.Require(tool);
        }

        await using var emulator = await RunningEmulator.StartAsync("--operation-delay", "1s");

        var result = await Cli.Wrap("bash")
            .WithArguments([Path.Combine(RepositoryRoot.Path, "tests", "GoogleEmulator.Tests", "rehearsal.sh")])
            .WithWorkingDirectory(RepositoryRoot.Path)
            .WithEnvironmentVariables(variables =>
            {
                foreach (var (name, value) in emulator.Environment)
                {
                    variables.Set(name, value);
                }

                variables.Set("KUBECONFIG", emulator.Kubeconfig);
            })
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync();

        Assert.True(result.IsSuccess, $"{result.StandardOutput}\n{result.StandardError}\n{emulator.Output}");
        var throughVip = result.StandardOutput.Split("through the VIP:")[1];
        Assert.Contains("multi-cluster-demo-us", throughVip);
        Assert.Contains("multi-cluster-demo-asia", throughVip);
    }
}
