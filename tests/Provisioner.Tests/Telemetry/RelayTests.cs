using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Provisioner.Telemetry;
using ServiceDefaults;
using Testing;

namespace Provisioner.Tests.Telemetry;

/// <summary>The relay as a process, fed and drained over real HTTP.</summary>
public sealed class RelayTests : IAsyncLifetime
{
    private readonly int grpc = FreePort.Next();
    private readonly int http = FreePort.Next();
    private readonly int drain = FreePort.Next();
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
    private Process process = null!;

    public async ValueTask InitializeAsync()
    {
        var start = new ProcessStartInfo(LabProcess.Program("Relay"));
        start.Environment["RELAY_ADDRESS"] = "127.0.0.1";
        start.Environment["RELAY_GRPC_PORT"] = $"{grpc}";
        start.Environment["RELAY_HTTP_PORT"] = $"{http}";
        start.Environment["RELAY_DRAIN_PORT"] = $"{drain}";
        process = Process.Start(start)!;
        await Eventually.HoldsAsync(async () => await AnswersAsync(), "the relay listens", TimeSpan.FromSeconds(90));
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        client.Dispose();
    }

    [Fact]
    public async Task Both_protocols_of_otlp_are_taken_and_handed_out_only_at_the_drain()
    {
        using var overGrpc = new OtlpForwarder(new OtlpSettings(new Uri($"http://127.0.0.1:{grpc}"), null, IsGrpc: true));
        using var overHttp = new OtlpForwarder(new OtlpSettings(new Uri($"http://127.0.0.1:{http}"), null, IsGrpc: false));
        await overGrpc.SendAsync('t', [1, 2, 3], TestContext.Current.CancellationToken);
        await overHttp.SendAsync('m', [4, 5], TestContext.Current.CancellationToken);

        var drained = RelayDrain.Split(await client.GetByteArrayAsync($"http://127.0.0.1:{drain}/drain", TestContext.Current.CancellationToken));
        using var elsewhere = await client.GetAsync($"http://127.0.0.1:{http}/drain", TestContext.Current.CancellationToken);

        Assert.Equal(["t:010203", "m:0405"], drained.Select(piece => $"{piece.Signal}:{Convert.ToHexString(piece.Body)}"));
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    [Fact]
    public async Task When_nobody_drains_the_oldest_go_and_are_counted()
    {
        using var overHttp = new OtlpForwarder(new OtlpSettings(new Uri($"http://127.0.0.1:{http}"), null, IsGrpc: false));
        for (var i = 0; i < 6; i++)
        {
            await overHttp.SendAsync('t', new byte[3 << 20], TestContext.Current.CancellationToken);
        }

        using var response = await client.GetAsync($"http://127.0.0.1:{drain}/drain", TestContext.Current.CancellationToken);

        Assert.Equal(["1"], response.Headers.GetValues("X-Relay-Dropped"));
        Assert.Equal(5, RelayDrain.Split(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Count());
    }

    [Fact]
    public async Task Json_is_refused_in_words()
    {
        using var content = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
        using var response = await client.PostAsync($"http://127.0.0.1:{http}/v1/traces", content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Contains("x-protobuf", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var response = await client.GetAsync($"http://127.0.0.1:{http}/");
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
