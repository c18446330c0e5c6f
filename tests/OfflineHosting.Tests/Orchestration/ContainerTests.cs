using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Testing;

namespace OfflineHosting.Tests.Orchestration;

[Collection(EngineVariables.Collection)]
public sealed class ContainerTests
{
    private readonly string _name = $"lab-test-{Guid.NewGuid():N}"[..20];

    public ContainerTests() => DockerEngine.Require();

    [Fact]
    public async Task Containers_run_find_each_other_by_name_are_reached_on_loopback_and_leave_nothing()
    {
        var port = FreePort.Next();
        var builder = Shell.NewApplication();
        builder.AddContainer("web", DockerEngine.Image)
            .WithContainerName(_name)
            .WithEntrypoint("/bin/sh")
            .WithArgs("-c", "echo \"hello $NAME\"; echo trouble >&2; echo page > /index.html; exec httpd -f -p 80 -h /")
            .WithEnvironment("NAME", "lab")
            .WithContainerRuntimeArgs("--hostname=web-host", "--tmpfs=/run")
            .WithEndpoint(port: port, targetPort: 80, scheme: "http", name: "http", isProxied: false);
        builder.AddContainer("client", DockerEngine.Image)
            .WithEntrypoint("/bin/sh")
            .WithArgs("-c", "until wget -q -O - http://web 2>/dev/null; do sleep 0.2; done; wget -q -O - http://web.dev.internal; exit 7");
        var application = builder.Build();

        await application.StartAsync();
        var said = await application.LinesAsync("web", lines => lines.Count >= 2);
        await application.ReachesAsync("client", KnownResourceStates.Exited);

        Assert.Equal(["hello lab", "trouble"], said.Order());
        Assert.Single(application.Loggers.Console("web").Lines(), line => line.IsErrorMessage);
        Assert.Equal(7, application.StateOf("client").ExitCode);
        Assert.Equal(["page", "page"], await application.LinesAsync("client", lines => lines.Count >= 2));
        using var http = new HttpClient();
        Assert.Equal("page\n", await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/")));
        Assert.Equal($"80/tcp -> 127.0.0.1:{port}", DockerEngine.Run("port", _name));

        var state = application.StateOf("web");
        Assert.Equal(("Container", KnownResourceStates.Running), (state.ResourceType, state.State?.Text));
        Assert.Equal(DockerEngine.Run("inspect", "--format", "{{.Id}}", _name), state.Properties.Single(p => p.Name == "container.id").Value);
        Assert.Contains(state.Urls, url => url.Url == string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}"));
        var network = DockerEngine.Run("inspect", "--format", "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}", _name);

        await application.StopAsync();

        Assert.Equal(KnownResourceStates.Exited, application.StateOf("web").State?.Text);
        Assert.NotEqual(0, DockerEngine.TryRun("inspect", _name).ExitCode);
        Assert.NotEqual(0, DockerEngine.TryRun("network", "inspect", network).ExitCode);
    }

    [Fact]
    public async Task A_container_that_is_stopped_and_started_again_is_a_new_one_with_the_same_volume()
    {
        var volume = $"{_name}-data";
        var builder = Shell.NewApplication();
        builder.AddContainer("server", DockerEngine.Image)
            .WithContainerName(_name)
            .WithVolume(volume, "/data")
            .WithEntrypoint("/bin/sh")
            .WithArgs("-c", "trap 'exit 0' TERM; touch /data/$(ls /data | wc -l); ls /data; while :; do sleep 0.1; done");
        await using var application = builder.Build();
        try
        {
            await application.StartAsync();
            await application.ReachesAsync("server", KnownResourceStates.Running);
            await application.LinesAsync("server", lines => lines.Contains("0"));
            Assert.Equal(["stop", "restart"], Enabled(application));
            var first = DockerEngine.Run("inspect", "--format", "{{.Id}}", _name);
            Assert.True((await application.ResourceCommands.ExecuteCommandAsync("server", KnownResourceCommands.StopCommand)).Success);
            Assert.Equal((KnownResourceStates.Exited, 0), (application.StateOf("server").State?.Text, application.StateOf("server").ExitCode));
            Assert.Equal(["start"], Enabled(application));

            Assert.True((await application.ResourceCommands.ExecuteCommandAsync("server", KnownResourceCommands.StartCommand)).Success);

            Assert.Equal(KnownResourceStates.Running, application.StateOf("server").State?.Text);
            Assert.NotEqual(first, DockerEngine.Run("inspect", "--format", "{{.Id}}", _name));
            await application.LinesAsync("server", lines => lines.Contains("1"));

            DockerEngine.Run("kill", _name);
            await application.ReachesAsync("server", KnownResourceStates.Exited);
            Assert.Equal(137, application.StateOf("server").ExitCode);
        }
        finally
        {
            await application.StopAsync();
            DockerEngine.Run("volume", "rm", volume);
        }
    }

    [Fact]
    public async Task A_container_that_somebody_restarts_by_hand_is_followed_on()
    {
        var builder = Shell.NewApplication();
        builder.AddContainer("server", DockerEngine.Image)
            .WithContainerName(_name)
            .WithEntrypoint("/bin/sh")
            .WithArgs("-c", "trap 'exit 0' TERM; echo up; while :; do sleep 0.1; done");
        await using var application = builder.Build();
        await application.StartAsync();
        await application.LinesAsync("server", lines => lines.Contains("up"));
        var first = application.StateOf("server").StartTimeStamp;

        DockerEngine.Run("restart", "-t", "5", _name);
        await Eventually.HoldsAsync(() => application.StateOf("server") is var state && (state.StopTimeStamp is not null || state.StartTimeStamp != first), "the restart is seen");
        if (application.StateOf("server").State?.Text == KnownResourceStates.Exited)
        {
            // It was looked at while it was down: then the lab's own start takes it up.
            await application.ResourceCommands.ExecuteCommandAsync("server", KnownResourceCommands.StartCommand);
        }

        await application.LinesAsync("server", lines => lines.Count(line => line == "up") == 2);
        Assert.Equal(KnownResourceStates.Running, application.StateOf("server").State?.Text);
        Assert.NotEqual(first, application.StateOf("server").StartTimeStamp);
        DockerEngine.Run("kill", _name);
        await application.ReachesAsync("server", KnownResourceStates.Exited);
        Assert.Equal(137, application.StateOf("server").ExitCode);
    }

    [Fact]
    public async Task What_keeps_a_container_from_starting_is_said_with_its_cure()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        var builder = Shell.NewApplication();
        builder.AddContainer("absent", "lab-test/absent", "1").WithImagePullPolicy(ImagePullPolicy.Never);
        builder.AddContainer("taken", DockerEngine.Image).WithArgs("sleep", "60").WithEndpoint(port: port, targetPort: 80, name: "http", isProxied: false);
        await using var application = builder.Build();

        await application.StartAsync();
        await application.ReachesAsync("absent", KnownResourceStates.FailedToStart);
        await application.ReachesAsync("taken", KnownResourceStates.FailedToStart);

        var absent = application.Loggers.Console("absent").Lines()[^1].Content;
        Assert.Contains("lab-test/absent:1", absent);
        Assert.Contains("bundle load", absent);
        Assert.Contains("listens on that port", application.Loggers.Console("taken").Lines()[^1].Content);
    }

    private static string[] Enabled(DistributedApplication application) =>
        [.. application.StateOf("server").Commands.Where(c => c.State == ResourceCommandState.Enabled).Select(c => c.Name)];
}
