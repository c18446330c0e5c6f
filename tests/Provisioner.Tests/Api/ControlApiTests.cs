using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Provisioner.Api;
using Provisioner.State;
using Provisioner.Tests.Plan;
using Testing;

namespace Provisioner.Tests.Api;

public sealed class ControlApiTests : IAsyncLifetime
{
    private readonly StateStore store = new(InitialState.Of(Plans.Make("/nowhere")));
    private readonly RecordingCommands commands = new();
    private readonly TemporaryFolder folder = new();
    private readonly string token = ControlApi.NewToken();
    private WebApplication app = null!;
    private string url = null!;

    private ControlClient Client => new(new ControlFile(url, token, Environment.ProcessId));

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.MapControlApi(store, commands, token, new LabStateFile(store, folder.Path, NullLogger<LabStateFile>.Instance).Settle);
        await app.StartAsync();
        url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task A_request_without_the_token_is_refused(string? given)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{url}/v1/state");
        if (given is not null)
        {
            request.Headers.Authorization = new("Bearer", given);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("control.json", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_follower_sees_the_state_at_once_and_then_each_change()
    {
        using var client = Client;
        await using var states = client.WatchAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Assert.True(await states.MoveNextAsync());
        Assert.Null(states.Current.VipUrl);
        store.Update(state => state with { VipUrl = "http://127.0.0.1:8080" });
        Assert.True(await states.MoveNextAsync());

        Assert.Equal("http://127.0.0.1:8080", states.Current.VipUrl);
        Assert.Equal("global ingress", states.Current.Stages[8].Name);
    }

    [Fact]
    public async Task What_followers_and_callers_are_told_stands_in_the_labs_file_already()
    {
        using var client = Client;
        await using var states = client.WatchAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        store.Update(state => state with { VipUrl = "http://127.0.0.1:8080" });
        do
        {
            Assert.True(await states.MoveNextAsync());
        }
        while (states.Current.VipUrl is null);
        Assert.Equal("http://127.0.0.1:8080", VipInFile());

        store.Update(state => state with { VipUrl = "http://127.0.0.1:9090" });
        await client.RunAsync("stage", new CommandArguments { Number = 6 }, _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal("http://127.0.0.1:9090", VipInFile());

        string VipInFile() => JsonNode.Parse(File.ReadAllText(folder.File(LabState.FileName)))!["vipUrl"]!.ToString();
    }

    [Fact]
    public async Task A_command_tells_its_progress_and_its_end()
    {
        using var client = Client;
        var said = new List<string>();

        var last = await client.RunAsync("stage", new CommandArguments { Number = 6 }, said.Add, TestContext.Current.CancellationToken);

        Assert.Equal(["stage begins"], said);
        Assert.Equal((true, true, "stage 6"), (last.Done, last.Ok, last.Message));
    }

    [Fact]
    public async Task A_command_that_fails_says_so_with_the_cure()
    {
        using var client = Client;

        var last = await client.RunAsync("leave", new CommandArguments(), _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal((false, "not joined", "join first"), (last.Ok, last.Message, last.Cure));
    }

    [Fact]
    public async Task A_second_operation_is_refused_with_the_name_of_the_first()
    {
        using var client = Client;

        var last = await client.RunAsync("up", new CommandArguments(), _ => { }, TestContext.Current.CancellationToken);

        Assert.False(last.Ok);
        Assert.Contains("'reset'", last.Message);
    }

    [Fact]
    public async Task An_unknown_command_is_refused_with_what_there_is()
    {
        using var client = Client;

        var last = await client.RunAsync("fly", new CommandArguments(), _ => { }, TestContext.Current.CancellationToken);

        Assert.False(last.Ok);
        Assert.Contains("'fly'", last.Message);
        Assert.Contains("stage", last.Message);
    }

    [Fact]
    public async Task Logs_are_followed_line_by_line()
    {
        using var client = Client;
        var lines = new List<string>();

        await foreach (var line in client.LogsAsync("us", "whereami", TestContext.Current.CancellationToken))
        {
            lines.Add(line);
        }

        Assert.Equal(["whereami-1 first", "whereami-2 second"], lines);
    }

    private sealed class RecordingCommands : ILabCommands
    {
        public IReadOnlyCollection<string> Verbs { get; } = ["stage", "leave", "up"];

        public async Task<CommandLine> RunAsync(string verb, CommandArguments arguments, Action<string> say, CancellationToken cancellation)
        {
            await Task.Yield();
            switch (verb)
            {
                case "leave":
                    throw new LabException("not joined", "join first");
                case "up":
                    throw new LabBusyException("reset");
                default:
                    say($"{verb} begins");
                    return new CommandLine($"{verb} {arguments.Number}");
            }
        }

        public async IAsyncEnumerable<string> LogsAsync(string cluster, string workload, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.Yield();
            yield return $"{workload}-1 first";
            yield return $"{workload}-2 second";
        }
    }
}
