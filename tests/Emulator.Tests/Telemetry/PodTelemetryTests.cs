using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Telemetry;
using Emulator.Tests.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ServiceDefaults;
using Testing;

namespace Emulator.Tests.Telemetry;

public sealed class PodTelemetryTests
{
    private static readonly JsonObject Node = new() { ["metadata"] = new JsonObject { ["name"] = "node-1" } };

    [Theory]
    [InlineData("grpc", "/opentelemetry.proto.collector.trace.v1.TraceService/Export")]
    [InlineData("http/protobuf", "/v1/traces")]
    public async Task Spans_of_a_pod_reach_the_collector_with_the_pods_resource(string protocol, string path)
    {
        await using var lab = await PodNetworkLab.StartAsync();
        var port = FreePort.Next();
        var received = new TaskCompletionSource<(string Path, string Key, string Body)>();
        await using var collector = await CollectorAsync(port, protocol == "grpc", received);
        var environment = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{port}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-otlp-api-key=secret",
        };
        using var exporter = new OtlpExporter(environment.GetValueOrDefault!);
        using var telemetry = new PodTelemetry(lab.Options, exporter, TimeProvider.System);
        using var loop = new TraceExportLoop(telemetry, exporter, TimeProvider.System, NullLogger<TraceExportLoop>.Instance);
        await loop.StartAsync(CancellationToken.None);
        using var source = telemetry.CreateSource(Pod("whereami-1"), Node, "whereami");

        using (var activity = source.StartActivity("GET /", ActivityKind.Server))
        {
            Assert.True(activity?.Recorded, $"parent {activity?.ParentId}");
        }

        var (gotPath, key, body) = await received.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(path, gotPath);
        Assert.Equal("secret", key);
        Assert.Contains("whereami-us", body, StringComparison.Ordinal);
        Assert.Contains("whereami-1", body, StringComparison.Ordinal);
        Assert.Contains("lab-us", body, StringComparison.Ordinal);
        Assert.Contains("GET /", body, StringComparison.Ordinal);
        await loop.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_trace_that_was_not_sampled_upstream_is_not_recorded()
    {
        await using var lab = await PodNetworkLab.StartAsync();
        using var exporter = new OtlpExporter(name => name == "OTEL_EXPORTER_OTLP_ENDPOINT" ? "http://127.0.0.1:1" : null);
        using var telemetry = new PodTelemetry(lab.Options, exporter, TimeProvider.System);
        using var source = telemetry.CreateSource(Pod("whereami-1"), Node, "whereami");
        var parent = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None, isRemote: true);

        using var activity = source.StartActivity("GET /", ActivityKind.Server, parent);

        Assert.False(activity?.Recorded ?? false);
    }

    [Fact]
    public async Task Beyond_the_rate_traces_do_not_begin_and_are_counted()
    {
        await using var lab = await PodNetworkLab.StartAsync();
        var rate = new TraceRate(10, TimeProvider.System);

        var begun = Enumerable.Range(0, 1_000).Count(_ => rate.TryBegin());

        // The second may turn over once in between.
        Assert.InRange(begun, 10, 20);
        Assert.Equal(1_000 - begun, rate.TakeDropped());
    }

    [Fact]
    public async Task Without_a_collector_nothing_is_traced()
    {
        await using var lab = await PodNetworkLab.StartAsync();
        using var exporter = new OtlpExporter(_ => null);
        using var telemetry = new PodTelemetry(lab.Options, exporter, TimeProvider.System);
        using var source = telemetry.CreateSource(Pod("whereami-1"), Node, "whereami");

        Assert.False(telemetry.IsEnabled);
        Assert.Null(source.StartActivity("GET /"));
    }

    private static JsonObject Pod(string name) => JsonNode.Parse(
        $$"""{"metadata":{"name":"{{name}}","namespace":"whereami","uid":"{{name}}","labels":{"app":"whereami"} } }""")!.AsObject();

    private static async Task<WebApplication> CollectorAsync(int port, bool http2, TaskCompletionSource<(string, string, string)> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.ListenLocalhost(port, listen => listen.Protocols = http2 ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            if (http2)
            {
                context.Response.AppendTrailer("grpc-status", "0");
            }

            received.TrySetResult((context.Request.Path, context.Request.Headers["x-otlp-api-key"].ToString(), Encoding.Latin1.GetString(body.ToArray())));
        });
        await app.StartAsync();
        return app;
    }
}
