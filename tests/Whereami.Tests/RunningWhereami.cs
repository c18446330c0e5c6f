using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Whereami.Tests;

/// <summary>A whereami as the Emulator holds it: in this process, behind Kestrel.</summary>
internal sealed class RunningWhereami : IAsyncDisposable
{
    private readonly SocketsHttpHandler network = new() { ActivityHeadersPropagator = null };
    private readonly WhereamiApp app;

    private RunningWhereami(Dictionary<string, string> environment, string podName, ActivitySource? source, TimeProvider? time)
    {
        app = WhereamiApp.Create(WhereamiSettings.FromEnvironment(environment, podName), network, NullLogger.Instance, source, time);
    }

    public TestServer Server { get; private set; } = null!;

    public HttpClient Client => Server.Client;

    /// <summary>Starts one; without a metadata server unless the environment names one.</summary>
    public static async Task<RunningWhereami> StartAsync(
        Dictionary<string, string> environment, string podName = "whereami-1", ActivitySource? source = null, TimeProvider? time = null)
    {
        environment.TryAdd("GCE_METADATA_HOST", $"127.0.0.1:{Testing.FreePort.Next()}");
        var whereami = new RunningWhereami(environment, podName, source, time);
        whereami.Server = await TestServer.StartAsync(whereami.app.InvokeAsync);
        return whereami;
    }

    public async Task<JsonObject> PayloadAsync(string path = "/") => JsonNode.Parse(await Client.GetStringAsync(path))!.AsObject();

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        app.Dispose();
        network.Dispose();
    }
}
