using Containers;
using Testing;

namespace OfflineHosting.Tests.Containers;

[Collection(EngineVariables.Collection)]
public sealed class LeftoversTests
{
    private readonly string _dead = Guid.NewGuid().ToString("N")[..8];
    private readonly string _living = Guid.NewGuid().ToString("N")[..8];

    public LeftoversTests() => DockerEngine.Require();

    [Fact]
    public async Task What_a_dead_lab_left_goes_with_its_volumes_and_network_and_a_living_ones_stays()
    {
        var engine = new ContainerEngine("docker");
        Make(_dead, "dead");
        Make(_living, "alive");
        try
        {
            var removed = await LabLeftovers.RemoveDeadAsync(engine, owner => owner != "dead", CancellationToken.None);

            Assert.Equal([$"aspire-session-network-{_dead}", $"lab-{_dead}-us", $"lab-{_dead}-us-k3s"], removed.Where(name => name.Contains(_dead)).Order());
            Assert.DoesNotContain(removed, name => name.Contains(_living));
            Assert.Empty(await LabLeftovers.ListAsync(engine, CancellationToken.None, _dead));
            var container = Assert.Single(await LabLeftovers.ListAsync(engine, CancellationToken.None, _living));
            Assert.True(container.IsRunning);
            Assert.Contains($"lab-{_living}-us-k3s", container.Volumes);
            Assert.False(string.IsNullOrEmpty(container.Address));
        }
        finally
        {
            Assert.Equal(3, (await LabLeftovers.RemoveAsync(engine, _living, CancellationToken.None)).Count);
        }

        Assert.Empty(await LabLeftovers.RemoveAsync(engine, _living, CancellationToken.None));
    }

    [Fact]
    public async Task Labs_of_another_machine_on_the_same_engine_stay()
    {
        var engine = new ContainerEngine("docker");
        Make(_dead, "dead", host: "elsewhere");

        Assert.DoesNotContain(await LabLeftovers.RemoveDeadAsync(engine, _ => false, CancellationToken.None), name => name.Contains(_dead));

        await LabLeftovers.RemoveAsync(engine, _dead, CancellationToken.None);
    }

    [Fact]
    public async Task An_engine_that_is_older_than_its_command_line_is_told_with_the_cure()
    {
        var before = Environment.GetEnvironmentVariable("DOCKER_API_VERSION");
        Environment.SetEnvironmentVariable("DOCKER_API_VERSION", "1.99");
        try
        {
            var refused = await Assert.ThrowsAsync<ContainerEngineException>(() => EngineFinder.FindAsync(CancellationToken.None, "docker"));

            Assert.Contains("client version 1.99 is too new", refused.Message);
            Assert.Contains("unset DOCKER_API_VERSION", refused.Cure);
        }
        finally
        {
            Environment.SetEnvironmentVariable("DOCKER_API_VERSION", before);
        }
    }

    private static void Make(string id, string owner, string? host = null)
    {
        var network = $"aspire-session-network-{id}";
        DockerEngine.Run("network", "create", network);
        DockerEngine.Run(
            "run", "--detach", "--name", $"lab-{id}-us", "--network", network, "--volume", $"lab-{id}-us-k3s:/data",
            "--label", $"{LabLabels.Id}={id}", "--label", $"{LabLabels.Owner}={owner}", "--label", $"{LabLabels.Host}={host ?? Environment.MachineName}",
            DockerEngine.Image, "sleep", "600");
    }
}
