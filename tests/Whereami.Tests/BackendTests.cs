using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Testing;

namespace Whereami.Tests;

public sealed class BackendTests
{
    [Fact]
    public async Task A_chain_of_two_shows_the_second_in_the_first()
    {
        await using var second = await RunningWhereami.StartAsync(new() { ["METADATA"] = "backend" }, "pod-2");
        await using var first = await RunningWhereami.StartAsync(new() { ["BACKEND_ENABLED"] = "True", ["BACKEND_SERVICE"] = second.Server.Url }, "pod-1");

        var payload = await first.PayloadAsync();

        Assert.Equal("pod-1", (string?)payload["pod_name"]);
        Assert.Equal("pod-2", (string?)payload["backend_result"]!["pod_name"]);
        Assert.Equal("backend", (string?)payload["backend_result"]!["metadata"]);
    }

    [Fact]
    public async Task A_backend_that_is_away_gives_null()
    {
        await using var whereami = await RunningWhereami.StartAsync(
            new() { ["BACKEND_ENABLED"] = "True", ["BACKEND_SERVICE"] = $"http://127.0.0.1:{Testing.FreePort.Next()}" });

        var payload = await whereami.PayloadAsync();

        Assert.True(payload.ContainsKey("backend_result"));
        Assert.Null(payload["backend_result"]);
    }

    [Fact]
    public async Task A_request_and_its_backend_call_are_spans_of_the_callers_trace()
    {
        var seen = "";
        await using var backend = await TestServer.StartAsync(context =>
        {
            seen = context.Request.Headers.TraceParent.ToString();
            return context.Response.WriteAsync("{}");
        });
        using var source = new ActivitySource("pod whereami-1");
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => ReferenceEquals(candidate, source),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var whereami = await RunningWhereami.StartAsync(
            new() { ["BACKEND_ENABLED"] = "True", ["BACKEND_SERVICE"] = backend.Url }, source: source);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

        using var response = await whereami.Client.SendAsync(request);

        // The server's span ends after the answer is out.
        await Eventually.HoldsAsync(() => spans.Count == 2, "both spans have ended");
        var client = Assert.Single(spans, span => span.Kind == ActivityKind.Client);
        var server = Assert.Single(spans, span => span.Kind == ActivityKind.Server);
        Assert.Equal("00f067aa0ba902b7", server.ParentSpanId.ToHexString());
        Assert.Equal(server.SpanId, client.ParentSpanId);
        Assert.Equal($"00-4bf92f3577b34da6a3ce929d0e0e4736-{client.SpanId}-01", seen);
    }
}
