using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using ServiceDefaults;
using Whereami.Grpc;

namespace Whereami.Tests;

public sealed class ProgramTests
{
    [Fact]
    public async Task In_gRPC_mode_the_payload_health_and_metrics_answer()
    {
        var (port, metricsPort) = (Testing.FreePort.Next(), Testing.FreePort.Next());
        using var program = new WhereamiProgram(new()
        {
            ["GRPC_ENABLED"] = "True",
            ["PORT"] = Text(port),
            ["METRICS_PORT"] = Text(metricsPort),
            ["HOSTNAME"] = "pod-grpc",
            ["ZONE"] = "us-central1-c",
        });
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
        await Testing.Eventually.HoldsAsync(() => IsServingAsync(channel), "gRPC health says SERVING");

        var reply = await new Grpc.Whereami.WhereamiClient(channel).GetPayloadAsync(new Empty());

        Assert.Equal("pod-grpc", reply.PodName);
        Assert.Equal("us-central1-c", reply.Zone);
        Assert.Null(reply.BackendResult);
        using var http = new HttpClient();
        Assert.Contains(
            "grpc_server_handled_total{grpc_type=\"UNARY\",grpc_service=\"whereami.Whereami\",grpc_method=\"GetPayload\",grpc_code=\"OK\"} 1",
            await http.GetStringAsync($"http://127.0.0.1:{metricsPort}/metrics"));
    }

    [Fact]
    public async Task Quiet_after_its_start_it_gives_back_the_pages_of_code_that_only_the_start_ran_and_answers_as_before()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("needs Linux's /proc");
        }

        var port = Testing.FreePort.Next();
        using var program = new WhereamiProgram(new() { ["PORT"] = Text(port) });
        using var http = new HttpClient();
        var url = $"http://127.0.0.1:{port}/healthz";
        await Testing.Eventually.HoldsAsync(() => AnswersAsync(http, url), "whereami answers");
        var most = FilePages(program.Process);

        await Testing.Eventually.HoldsAsync(() => Task.FromResult(FilePages(program.Process) < most * 2 / 3), "a third of the pages of files has left the process");

        Assert.True(await AnswersAsync(http, url));
    }

    [Fact]
    public async Task Its_owners_end_is_its_end()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs sleep");
        }

        using var owner = Process.Start("sleep", "600");
        var port = Testing.FreePort.Next();
        using var program = new WhereamiProgram(new()
        {
            ["PORT"] = Text(port),
            [Owner.Variable] = new Owner(owner.Id, Owner.StartTimeOf(owner.Id)!.Value).ToString(),
        });
        using var http = new HttpClient();
        await Testing.Eventually.HoldsAsync(() => AnswersAsync(http, $"http://127.0.0.1:{port}/healthz"), "the program answers");

        owner.Kill();

        await program.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static async Task<bool> IsServingAsync(GrpcChannel channel)
    {
        try
        {
            var answer = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest { Service = "whereami.Whereami" });
            return answer.Status == HealthCheckResponse.Types.ServingStatus.Serving;
        }
        catch (RpcException)
        {
            return false;
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string url)
    {
        try
        {
            return await http.GetStringAsync(url) == "OK";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Kilobytes of files that are resident in a process.</summary>
    private static long FilePages(Process process)
    {
        // RssFile:     46208 kB
        var line = File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("RssFile:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
