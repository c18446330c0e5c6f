using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Whereami.Tests;

public sealed class PayloadTests
{
    [Fact]
    public async Task The_payload_is_sorted_indented_and_shows_emoji_as_they_are()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2022, 4, 28, 5, 36, 20, TimeSpan.Zero));
        await using var whereami = await RunningWhereami.StartAsync(
            new() { ["CLUSTER_NAME"] = "multi-cluster-demo-us", ["ZONE"] = "us-central1-c", ["PROJECT_ID"] = "lab-demo" }, time: time);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "whereami-service" } };

        using var response = await whereami.Client.SendAsync(request);

        var emoji = Payload.PodEmoji.Of("whereami-1");
        Assert.Equal($$"""
            {
              "cluster_name": "multi-cluster-demo-us",
              "host_header": "whereami-service",
              "pod_name": "whereami-1",
              "pod_name_emoji": "{{emoji}}",
              "project_id": "lab-demo",
              "timestamp": "2022-04-28T05:36:20",
              "zone": "us-central1-c"
            }

            """, await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Compact_answers_are_one_line_of_ASCII()
    {
        await using var whereami = await RunningWhereami.StartAsync(new() { ["WHEREAMI_JSON"] = "compact", ["METADATA"] = "서울" });

        var text = await whereami.Client.GetStringAsync("/");

        Assert.All(text, letter => Assert.True(char.IsAscii(letter)));
        Assert.Equal(text.Length - 1, text.IndexOf('\n'));
        Assert.Equal("서울", JsonNode.Parse(text)!["metadata"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_metadata_server_wins_over_the_environment()
    {
        await using var metadata = await TestServer.StartAsync(context => context.Response.WriteAsync(context.Request.Headers["Metadata-Flavor"] == "Google"
            ? """{"instance":{"attributes":{"cluster-name":"from-metadata"},"zone":"projects/1/zones/asia-northeast1-c"}}"""
            : "{}"));
        await using var whereami = await RunningWhereami.StartAsync(new()
        {
            ["WHEREAMI_METADATA_URL"] = metadata.Url,
            ["CLUSTER_NAME"] = "from-environment",
            ["ZONE"] = "elsewhere",
            ["PROJECT_ID"] = "lab-demo",
        });

        var payload = await whereami.PayloadAsync();

        Assert.Equal("from-metadata", (string?)payload["cluster_name"]);
        Assert.Equal("asia-northeast1-c", (string?)payload["zone"]);
        Assert.Equal("lab-demo", (string?)payload["project_id"]);
    }

    [Fact]
    public async Task A_metadata_server_that_comes_later_is_asked_again()
    {
        var asked = 0;
        await using var metadata = await TestServer.StartAsync(context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref asked) == 1 ? 503 : 200;
            return context.Response.WriteAsync("""{"project":{"projectId":"late"}}""");
        });
        await using var whereami = await RunningWhereami.StartAsync(new() { ["WHEREAMI_METADATA_URL"] = metadata.Url });

        await Testing.Eventually.HoldsAsync(async () => (string?)(await whereami.PayloadAsync())["project_id"] == "late", "the second answer is shown");
    }

    [Fact]
    public async Task A_silent_metadata_server_does_not_keep_the_pod_from_answering()
    {
        using var ending = new CancellationTokenSource();
        await using var metadata = await TestServer.StartAsync(_ => Task.Delay(Timeout.Infinite, ending.Token));
        await using var whereami = await RunningWhereami.StartAsync(new() { ["WHEREAMI_METADATA_URL"] = metadata.Url });

        using var response = await whereami.Client.GetAsync("/healthz");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await ending.CancelAsync();
    }

    [Fact]
    public async Task Requests_at_the_same_time_see_only_their_own_values()
    {
        await using var whereami = await RunningWhereami.StartAsync(new() { ["ECHO_HEADERS"] = "True" });

        await Parallel.ForEachAsync(Enumerable.Range(0, 400), async (number, stopping) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = $"host-{number}" } };
            request.Headers.Add("X-Number", $"{number}");
            using var response = await whereami.Client.SendAsync(request, stopping);
            var payload = JsonNode.Parse(await response.Content.ReadAsStringAsync(stopping))!;
            Assert.Equal($"host-{number}", (string?)payload["host_header"]);
            Assert.Equal($"{number}", (string?)payload["headers"]!["X-Number"]);
        });
    }

    [Fact]
    public async Task Two_in_one_process_keep_apart()
    {
        await using var us = await RunningWhereami.StartAsync(new() { ["CLUSTER_NAME"] = "us" }, "pod-us");
        await using var asia = await RunningWhereami.StartAsync(new() { ["CLUSTER_NAME"] = "asia" }, "pod-asia");

        Assert.Equal("us", await us.Client.GetStringAsync("/cluster_name"));
        Assert.Equal("pod-asia", await asia.Client.GetStringAsync("/any/where/pod_name"));
        Assert.Contains("path=\"/cluster_name\"", await us.Client.GetStringAsync("/metrics"));
        Assert.DoesNotContain("path=\"/cluster_name\"", await asia.Client.GetStringAsync("/metrics"));
    }

    [Theory]
    [InlineData("PORT", "80800")]
    [InlineData("PORT", "http")]
    [InlineData("WHEREAMI_METADATA_URL", "metadata:80")]
    public void Wrong_settings_are_refused_by_name(string variable, string value)
    {
        var error = Assert.Throws<FormatException>(() => WhereamiSettings.FromEnvironment(new Dictionary<string, string> { [variable] = value }, "pod"));

        Assert.Contains(variable, error.Message);
        Assert.Contains(value, error.Message);
    }
}
