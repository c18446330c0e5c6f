using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dashboard.Protocol;
using Grpc.Core;
using Grpc.Net.Client;
using Resource = Aspire.Hosting.Dashboard.Protocol.Resource;

namespace OfflineHosting.Tests.Dashboard;

public sealed class ResourceServiceTests : IAsyncLifetime
{
    private const string Key = "the key";

    private DistributedApplication _application = null!;
    private ResourceServiceServer _server = null!;
    private GrpcChannel _channel = null!;

    private static Metadata Headers { get; } = new() { { ResourceServiceServer.KeyHeader, Key } };

    private DashboardService.DashboardServiceClient Client => new(_channel);

    public async ValueTask InitializeAsync()
    {
        var builder = Shell.NewApplication();
        var us = builder.AddShell("us", "echo line one; echo line two >&2; exec sleep 60").WithUrl("https://127.0.0.1:6443", "Kubernetes API").WithIconName("Server");
        builder.AddResource(new Workload("whereami-us"))
            .WithInitialState(new CustomResourceSnapshot { ResourceType = "Workload", Properties = [new("pods", "0/3")], State = KnownResourceStates.NotStarted })
            .WithParentRelationship(us)
            .WithCommand("scale", "Scale", _ => Task.FromResult(CommandResults.Failure("the provisioner does not run")));
        _application = builder.Build();
        await _application.StartAsync();
        var settings = new DashboardSettings(true, "lab", "http://localhost:1", null, null, "http://127.0.0.1:0", null, "otlp", Key);
        _server = new ResourceServiceServer(_application, settings);
        _channel = GrpcChannel.ForAddress(await _server.StartAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _application.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another key")]
    public async Task Without_the_key_every_call_is_unauthenticated(string? key)
    {
        var headers = new Metadata();
        if (key is not null)
        {
            headers.Add(ResourceServiceServer.KeyHeader, key);
        }

        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await Client.GetApplicationInformationAsync(new ApplicationInformationRequest(), headers));

        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    [Fact]
    public async Task The_application_has_its_name()
    {
        var answer = await Client.GetApplicationInformationAsync(new ApplicationInformationRequest(), Headers);

        Assert.Equal("lab", answer.ApplicationName);
    }

    [Fact]
    public async Task Resources_come_with_parents_states_addresses_and_commands()
    {
        using var call = Client.WatchResources(new WatchResourcesRequest(), Headers);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        var resources = call.ResponseStream.Current.InitialData.Resources;

        var us = resources.Single(r => r.Name == "us");
        Assert.Equal("Running", us.State);
        Assert.Equal("Executable", us.ResourceType);
        Assert.Equal("https://127.0.0.1:6443", us.Urls.Single().FullUrl);
        Assert.Equal("Server", us.IconName);
        Assert.Equal(Aspire.Hosting.Dashboard.Protocol.ResourceCommandState.Enabled, us.Commands.Single(c => c.Name == "stop").State);
        var whereami = resources.Single(r => r.Name == "whereami-us");
        Assert.Equal("NotStarted", whereami.State);
        Assert.Equal("us", whereami.Properties.Single(p => p.Name == "resource.parentName").Value.StringValue);
        Assert.Equal("0/3", whereami.Properties.Single(p => p.Name == "pods").Value.StringValue);
        Assert.Contains(whereami.Relationships, r => r.ResourceName == "us" && r.Type == "Parent");
    }

    [Fact]
    public async Task Changes_follow_the_first_answer()
    {
        using var call = Client.WatchResources(new WatchResourcesRequest(), Headers);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        await _application.ResourceNotifications.PublishUpdateAsync(
            _application.Resources.Single(r => r.Name == "whereami-us"), s => s with { State = KnownResourceStates.Running });

        var changed = await NextAsync(call, r => r.Name == "whereami-us");

        Assert.Equal("Running", changed.State);
    }

    [Fact]
    public async Task A_console_is_followed_and_its_errors_are_marked()
    {
        using var call = Client.WatchResourceConsoleLogs(new WatchResourceConsoleLogsRequest { ResourceName = "us" }, Headers);
        var lines = new List<ConsoleLogLine>();
        while (lines.Count < 2 && await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            lines.AddRange(call.ResponseStream.Current.LogLines);
        }

        Assert.Contains(lines, l => l.Text.EndsWith("line one") && !l.IsStdErr);
        Assert.Contains(lines, l => l.Text.EndsWith("line two") && l.IsStdErr);
    }

    [Fact]
    public async Task Commands_run_and_report_their_result()
    {
        var scale = await ExecuteAsync("whereami-us", "scale");
        Assert.Equal(ResourceCommandResponseKind.Failed, scale.Kind);
        Assert.Equal("the provisioner does not run", scale.Message);

        Assert.Equal(ResourceCommandResponseKind.Succeeded, (await ExecuteAsync("us", "stop")).Kind);
        Assert.Equal(KnownResourceStates.Finished, _application.StateOf("us").State?.Text);
    }

    [Fact]
    public async Task Open_streams_do_not_hold_up_the_end()
    {
        using var watch = Client.WatchResources(new WatchResourcesRequest(), Headers);
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        using var interactions = Client.WatchInteractions(Headers);

        await _server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void The_service_listens_on_loopback_only()
    {
        using var other = new TcpClient();
        var port = new Uri($"http://{_channel.Target}").Port;
        var outside = Dns.GetHostAddresses(Dns.GetHostName()).FirstOrDefault(a => !IPAddress.IsLoopback(a) && a.AddressFamily == AddressFamily.InterNetwork);

        Assert.SkipWhen(outside is null, "this machine has loopback addresses only");
        Assert.Throws<SocketException>(() => other.Connect(outside!, port));
    }

    private async Task<ResourceCommandResponse> ExecuteAsync(string resource, string command) =>
        await Client.ExecuteResourceCommandAsync(new ResourceCommandRequest { ResourceName = resource, CommandName = command }, Headers);

    private static async Task<Resource> NextAsync(AsyncServerStreamingCall<WatchResourcesUpdate> call, Func<Resource, bool> predicate)
    {
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            if (call.ResponseStream.Current.Changes.Value.Select(c => c.Upsert).FirstOrDefault(predicate) is { } found)
            {
                return found;
            }
        }

        throw new InvalidOperationException("The stream ended.");
    }

    private sealed class Workload(string name) : Aspire.Hosting.ApplicationModel.Resource(name);
}
