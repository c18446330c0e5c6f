using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace GlobalIngress.Tests;

public sealed class RoutingTests
{
    [Fact]
    public async Task Before_there_is_an_ingress_the_VIP_answers_404()
    {
        await using var ingress = await RunningIngress.StartAsync();

        Assert.Equal((HttpStatusCode.NotFound, "response 404 (backend NotFound), service rules for the path non-existent\n"), await ingress.SendAsync());
    }

    [Fact]
    public async Task A_request_that_comes_before_the_clusters_have_been_read_waits_for_that()
    {
        await using var ingress = await RunningIngress.StartAsync(isReadable: false);

        var early = ingress.SendAsync();
        ingress.ApplyPods();
        ingress.ApplyBackendConfig();
        ingress.ApplyService();
        ingress.ApplyIngress();
        Assert.False(early.IsCompleted);
        ingress.WriteKubeconfig();

        // 502 where the pods' health is not known yet; what it must not be is the 404 of a VIP without an ingress.
        Assert.NotEqual(HttpStatusCode.NotFound, (await early).Status);
    }

    [Fact]
    public async Task A_client_reaches_the_nearest_cluster()
    {
        await using var ingress = await RunningIngress.StartServingAsync();

        Assert.Equal("us", await ingress.GetAsync());
        Assert.Equal("us", await ingress.GetAsync("europe-west1"));
        Assert.Equal("asia", await ingress.GetAsync("asia-northeast3"));
        Assert.Equal("asia", await ingress.GetAsync("asia-northeast1-a"));
        Assert.Equal(HttpStatusCode.BadRequest, (await ingress.SendAsync("nowhere")).Status);
    }

    [Fact]
    public async Task A_cluster_whose_pods_fail_their_health_check_is_left_until_they_pass_it_again()
    {
        await using var ingress = await RunningIngress.StartServingAsync();

        ingress.UsPod.IsHealthy = false;
        await Testing.Eventually.HoldsAsync(async () => await ingress.GetAsync() == "asia", "asia answers for us");
        ingress.UsPod.IsHealthy = true;
        await Testing.Eventually.HoldsAsync(async () => await ingress.GetAsync() == "us", "us answers again");
    }

    [Fact]
    public async Task A_pod_that_ends_costs_no_request()
    {
        await using var ingress = await RunningIngress.StartServingAsync();

        await ingress.UsPod.EndAsync();

        for (var request = 0; request < 20; request++)
        {
            Assert.Equal((HttpStatusCode.OK, "asia"), await ingress.SendAsync());
        }

        await ingress.UsPod.ComeBackAsync();
        await Testing.Eventually.HoldsAsync(async () => await ingress.GetAsync() == "us", "us answers again");
    }

    [Fact]
    public async Task Without_any_healthy_endpoint_the_VIP_answers_502_and_names_the_clusters()
    {
        await using var ingress = await RunningIngress.StartServingAsync();

        ingress.UsPod.IsHealthy = false;
        ingress.AsiaPod.IsHealthy = false;

        await Testing.Eventually.HoldsAsync(async () => (await ingress.SendAsync()).Status == HttpStatusCode.BadGateway, "502");
        var body = await ingress.GetAsync();
        Assert.Contains("no healthy endpoint of MultiClusterService mcs", body);
        Assert.Contains("us-central1-c/multi-cluster-demo-us: 1 endpoints, none healthy", body);
        Assert.Contains("asia-northeast1-c/multi-cluster-demo-asia: 1 endpoints, none healthy", body);
    }

    [Fact]
    public async Task A_member_whose_API_is_gone_keeps_its_traffic_and_does_not_stop_the_other()
    {
        await using var ingress = await RunningIngress.StartServingAsync();

        await ingress.Asia.DisposeAsync();
        Assert.Equal("asia", await ingress.GetAsync("asia-northeast1"));
        await using var second = await GatewayPod.StartAsync("us-2");
        RunningIngress.ApplySlice(ingress.Us, second);

        await Testing.Eventually.HoldsAsync(async () => await ingress.GetAsync() == "us-2", "the other cluster's change is seen");
    }

    [Fact]
    public async Task Hosts_and_paths_lead_to_their_own_services()
    {
        await using var ingress = await RunningIngress.StartServingAsync();
        ingress.ApplyIngress("""
            "backend": {"serviceName": "mcs", "servicePort": 80},
            "rules": [{"host": "asia.example", "http": {"paths": [{"path": "/only/*", "backend": {"serviceName": "asia-only", "servicePort": 80}}]}}]
            """);
        ingress.ApplyService("\"clusters\": [{\"link\": \"asia-northeast1-c/multi-cluster-demo-asia\"}],", "asia-only");

        await Testing.Eventually.HoldsAsync(
            async () => (await ingress.SendAsync(path: "/only/this", host: "asia.example")).Status == HttpStatusCode.BadGateway, "the rule's service has no pods");
        Assert.Equal("us", await ingress.GetAsync(path: "/other", host: "asia.example"));
        Assert.Equal("us", await ingress.GetAsync(path: "/only/this", host: "other.example"));
    }

    [Fact]
    public async Task Requests_and_responses_carry_what_Googles_load_balancer_adds()
    {
        await using var ingress = await RunningIngress.StartServingAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a/b?c=d") { Headers = { Host = "whereami.example" } };
        request.Headers.Add("X-Forwarded-For", "192.0.2.7");

        using var response = await ingress.Client.SendAsync(request);

        var headers = ingress.UsPod.LastHeaders!;
        Assert.Equal("/a/b", ingress.UsPod.LastPath);
        Assert.Equal("whereami.example", headers.Host);
        Assert.Equal("1.1 google", headers.Via);
        Assert.Equal("http", headers["X-Forwarded-Proto"]);
        Assert.Equal("192.0.2.7, 127.0.0.1,127.0.0.1", headers["X-Forwarded-For"]);
        Assert.NotEmpty(headers["X-Cloud-Trace-Context"].ToString());
        Assert.Equal("1.1 google", response.Headers.Via.ToString());
    }

    [Fact]
    public async Task A_BackendConfig_adds_headers_and_keeps_clients_at_their_endpoint()
    {
        await using var ingress = await RunningIngress.StartServingAsync();
        await using var second = await GatewayPod.StartAsync("us-2");
        RunningIngress.ApplySlice(ingress.Us, ingress.UsPod, second);
        ingress.Us.Apply("backendconfigs", $$"""
            {"kind": "BackendConfig", "metadata": {"name": "health", "namespace": "{{RunningIngress.Namespace}}"},
             "spec": {"healthCheck": {"requestPath": "/healthz/ready"}, "sessionAffinity": {"affinityType": "GENERATED_COOKIE", "affinityCookieTtlSec": 50},
                      "customRequestHeaders": {"headers": ["X-Client-Region: {client_region}", "X-Fixed: a:b"]} } }
            """);

        string? cookie = null;
        await Testing.Eventually.HoldsAsync(
            async () =>
            {
                using var answer = await ingress.Client.GetAsync("/");
                cookie = answer.Headers.TryGetValues("Set-Cookie", out var set) ? set.Single() : null;
                return cookie is not null;
            },
            "a cookie is set");
        Assert.Matches("^GCLB=\"[0-9a-f]{16}\"; Max-Age=50; Path=/; HttpOnly$", cookie);
        var seen = new HashSet<string>();
        for (var i = 0; i < 6; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", cookie!.Split(';')[0] } } };
            using var answer = await ingress.Client.SendAsync(request);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
            seen.Add(await answer.Content.ReadAsStringAsync());
        }

        Assert.Single(seen);
        var headers = (seen.Single() == "us" ? ingress.UsPod : second).LastHeaders!;
        Assert.Equal("us-central1", headers["X-Client-Region"]);
        Assert.Equal("a:b", headers["X-Fixed"]);
    }

    [Fact]
    public async Task Bodies_methods_and_statuses_go_through_the_VIP()
    {
        await using var ingress = await RunningIngress.StartServingAsync();
        ingress.UsPod.Serve = async context =>
        {
            context.Response.StatusCode = context.Request.Path == "/none" ? 204 : 200;
            await context.Request.Body.CopyToAsync(context.Request.Path == "/none" ? Stream.Null : context.Response.Body);
        };
        var body = new string('x', 200_000);

        using var chunked = new HttpRequestMessage(HttpMethod.Put, "/") { Content = new StringContent(body), Headers = { TransferEncodingChunked = true, ExpectContinue = true } };
        Assert.Equal(body, await (await ingress.Client.SendAsync(chunked)).Content.ReadAsStringAsync());
        Assert.Equal(body, await (await ingress.Client.PostAsync("/", new StringContent(body))).Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await ingress.Client.DeleteAsync("/none")).StatusCode);
        using var head = new HttpRequestMessage(HttpMethod.Head, "/");
        Assert.Equal(HttpStatusCode.OK, (await ingress.Client.SendAsync(head)).StatusCode);
        Assert.Equal("", await ingress.GetAsync());
    }

    [Fact]
    public async Task A_request_is_a_span_between_the_client_and_the_gateway()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Lab.GlobalIngress",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var ingress = await RunningIngress.StartServingAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/traced");
        request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

        using var response = await ingress.Client.SendAsync(request);

        // The response may be here before the server has ended its span.
        await Testing.Eventually.HoldsAsync(() => spans.Any(span => span.DisplayName == "GET /traced"), "the span has ended");
        var span = spans.Single(span => span.DisplayName == "GET /traced");
        Assert.Equal("00f067aa0ba902b7", span.ParentSpanId.ToHexString());
        Assert.Equal("us", span.GetTagItem("lab.backend.cluster"));
        Assert.Equal(span.Id, ingress.UsPod.LastHeaders!.TraceParent);
        Assert.Equal(default, spans.First(other => other.DisplayName == "GET /").ParentSpanId);
        Assert.EndsWith(";o=1", ingress.UsPod.LastHeaders["X-Cloud-Trace-Context"].ToString());
    }
}
