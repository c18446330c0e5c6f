using System.Diagnostics;
using Emulator.Mesh.Conversion;
using Emulator.Telemetry;
using Emulator.Tests.Mesh;
using Microsoft.AspNetCore.Http;
using Testing;

namespace Emulator.Tests.DataPlane;

public sealed class ProxyTracingTests
{
    [Fact]
    public async Task One_request_is_one_trace_through_gateway_and_sidecar()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Traces = true;
        string? seen = null;
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context =>
        {
            seen = context.Request.Headers.TraceParent;
            return context.Response.WriteAsync("us-1");
        });
        var (client, _) = await lab.GatewayAsync();
        var trace = ActivityTraceId.CreateRandom();
        var parent = ActivitySpanId.CreateRandom();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "traceparent", $"00-{trace}-{parent}-01" } } };

        await client.SendAsync(request);

        await Eventually.HoldsAsync(() => Spans(lab).Count == 3, "three spans are finished");
        var spans = Spans(lab);
        Assert.All(spans, span => Assert.Equal(trace, span.TraceId));
        var server = spans.Single(span => span.ParentId == parent);
        var sent = spans.Single(span => span.ParentId == server.SpanId);
        var inbound = spans.Single(span => span.ParentId == sent.SpanId);
        Assert.Equal((SpanKind.Server, SpanKind.Client, SpanKind.Server), (server.Kind, sent.Kind, inbound.Kind));
        Assert.Contains(new("service.name", "gateway-us"), server.Resource.Attributes);
        Assert.Contains(new("service.name", "whereami-us"), inbound.Resource.Attributes);
        Assert.Equal($"00-{trace}-{inbound.SpanId}-01", seen);
    }

    [Fact]
    public async Task Spans_have_the_tags_that_a_Telemetry_gives_them()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Traces = true;
        var inputs = new MeshInputs
        {
            Local = new ClusterObjects { Cluster = "us" },
            Telemetries =
            [
                .. MeshYaml.Read("""
                    kind: Telemetry
                    metadata: {name: t, namespace: istio-system}
                    spec: {tracing: [{customTags: {a: {literal: {value: x}}, b: {header: {name: X-User, defaultValue: none}}, c: {header: {name: x-other, defaultValue: none}}, d: {header: {name: x-other}}}}]}
                    """),
            ],
        };
        lab.With = snapshot => snapshot with { Telemetries = TelemetryConversion.Convert(inputs) };
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (client, _) = await lab.GatewayAsync();
        client.DefaultRequestHeaders.Add("x-user", "ann");

        await client.GetAsync("/");

        await Eventually.HoldsAsync(() => Spans(lab).Count == 3, "three spans are finished");
        Assert.All(Spans(lab).Where(span => span.Kind is SpanKind.Server), span =>
            Assert.Equal("a=x b=ann c=none", string.Join(' ', span.Attributes.Where(tag => tag.Key.Length == 1).Select(tag => $"{tag.Key}={tag.Value}"))));
    }

    [Fact]
    public async Task What_is_not_recorded_in_front_stays_unrecorded_and_its_trace_goes_on()
    {
        await using var lab = await MeshLab.StartAsync();
        lab.Traces = true;
        string? seen = null;
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context =>
        {
            seen = context.Request.Headers.TraceParent;
            return context.Response.WriteAsync("us-1");
        });
        var (client, _) = await lab.GatewayAsync();
        var sent = $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00";
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "traceparent", sent } } };

        await client.SendAsync(request);

        Assert.Equal(sent, seen);
        Assert.Empty(Spans(lab));
    }

    private static List<Span> Spans(MeshLab lab)
    {
        foreach (var telemetry in lab.Telemetries)
        {
            while (telemetry.Finished.TryRead(out var span))
            {
                lab.Spans.Add(span);
            }
        }

        return lab.Spans;
    }
}
