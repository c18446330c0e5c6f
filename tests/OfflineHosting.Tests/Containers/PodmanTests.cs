using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Containers;
using Testing;

namespace OfflineHosting.Tests.Containers;

/// <summary>Podman in docker's place: the words that both take, and what each says in its own way.</summary>
[Collection(EngineVariables.Collection)]
public sealed class PodmanTests : IDisposable
{
    private static readonly string[] s_variables = ["LAB_ENGINE", "ASPIRE_CONTAINER_RUNTIME", "DOCKER_HOST"];

    private readonly Dictionary<string, string?> _before = s_variables.ToDictionary(name => name, Environment.GetEnvironmentVariable);
    private readonly string _name = $"lab-test-{Guid.NewGuid():N}"[..20];

    public PodmanTests()
    {
        PodmanEngine.Require();
        Array.ForEach(s_variables, name => Environment.SetEnvironmentVariable(name, null));

        // No engine of docker's listens there.
        Environment.SetEnvironmentVariable("DOCKER_HOST", "unix:///no/such/docker.sock");
    }

    public void Dispose()
    {
        foreach (var (name, value) in _before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    [Fact]
    public async Task It_is_taken_where_docker_does_not_answer_and_says_what_it_is()
    {
        var engine = await EngineFinder.FindAsync(TestContext.Current.CancellationToken);
        var info = await EngineInfo.AskAsync(engine, TestContext.Current.CancellationToken);

        Assert.Equal(("podman", "podman", "linux"), (engine.Command, info.Kind, info.OperatingSystem));
        Assert.True(info.MemoryBytes > 0 && info.Processors > 0 && Directory.Exists(info.Folder));
        Assert.Equal(info.Architecture, await engine.ArchitectureAsync(DockerEngine.Image, TestContext.Current.CancellationToken));
        Assert.Contains(await AddressRanges.InUseAsync(engine, TestContext.Current.CancellationToken), range => range.Owner == "the engine's network podman");
    }

    [Fact]
    public async Task Containers_run_find_each_other_by_name_and_leave_nothing_and_the_network_of_a_dead_application_goes()
    {
        var dead = $"aspire-session-network-{_name[^8..]}-dead";
        PodmanEngine.Run("network", "create", "--label", "aspire.apphost=1:2", dead);
        var port = FreePort.Next();
        var builder = Shell.NewApplication();
        builder.AddContainer("web", DockerEngine.Image)
            .WithContainerName(_name)
            .WithVolume($"{_name}-data", "/data")
            .WithEntrypoint("/bin/sh")
            .WithArgs("-c", "echo \"hello $NAME\"; echo trouble >&2; echo page > /index.html; exec httpd -f -p 80 -h /")
            .WithEnvironment("NAME", "lab")
            .WithContainerRuntimeArgs("--hostname=web-host", "--pids-limit=-1", "--userns=host", "--tmpfs=/run", "--tmpfs=/var/run", $"--label={LabLabels.Id}={_name}")
            .WithEndpoint(port: port, targetPort: 80, scheme: "http", name: "http", isProxied: false);
        builder.AddContainer("client", DockerEngine.Image)
            .WithEntrypoint("/bin/sh")
            .WithArgs("-c", "until wget -q -O - http://web 2>/dev/null; do sleep 0.2; done; exit 7");
        await using var application = builder.Build();

        await application.StartAsync();
        var said = await application.LinesAsync("web", lines => lines.Count >= 2);
        await application.ReachesAsync("client", KnownResourceStates.Exited);

        Assert.Equal(["hello lab", "trouble"], said.Order());
        Assert.Equal(7, application.StateOf("client").ExitCode);
        using var http = new HttpClient();
        Assert.Equal("page\n", await http.GetStringAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"))));
        Assert.NotEqual(0, PodmanEngine.TryRun("network", "inspect", dead).ExitCode);
        var found = Assert.Single(await LabLeftovers.ListAsync(new ContainerEngine("podman"), CancellationToken.None, _name));
        Assert.True(found.IsRunning);
        Assert.Equal([$"{_name}-data"], found.Volumes);
        Assert.False(string.IsNullOrEmpty(found.Address));

        PodmanEngine.Run("kill", _name);
        await application.ReachesAsync("web", KnownResourceStates.Exited);
        Assert.Equal(137, application.StateOf("web").ExitCode);
        await application.StopAsync();

        Assert.NotEqual(0, PodmanEngine.TryRun("container", "inspect", _name).ExitCode);
        Assert.NotEqual(0, PodmanEngine.TryRun("network", "inspect", found.Addresses.Keys.Single()).ExitCode);
        PodmanEngine.Run("volume", "rm", $"{_name}-data");
    }
}
