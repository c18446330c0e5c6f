using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using GlobalIngress.Fleet;
using Microsoft.AspNetCore.Builder;

namespace GlobalIngress.Tests;

/// <summary>A global ingress over two clusters, us and asia, with a gateway pod in each.</summary>
internal sealed class RunningIngress : IAsyncDisposable
{
    public const string Namespace = "istio-ingress";

    private readonly Testing.TemporaryFolder folder = new();
    private readonly WebApplication app;

    private RunningIngress(FakeKubernetes us, FakeKubernetes asia, GatewayPod usPod, GatewayPod asiaPod)
    {
        (Us, Asia, UsPod, AsiaPod) = (us, asia, usPod, asiaPod);
        var options = new IngressOptions
        {
            ConfigCluster = "us",
            Kubeconfig = folder.File("kubeconfig"),
            Members = [Member.Parse("us=us-central1-c/multi-cluster-demo-us")!, Member.Parse("asia=asia-northeast1-c/multi-cluster-demo-asia")!],
            Project = "lab-demo",
            VipPort = Testing.FreePort.Next(),
            // An address of nobody (RFC 5737): it cannot be listened on.
            VipAddress = IPAddress.Parse("192.0.2.1"),
            ClientRegion = "us-central1",
        };
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{options.VipPort}") };
        app = IngressApplication.Build(options);
    }

    public FakeKubernetes Us { get; }

    public FakeKubernetes Asia { get; }

    public GatewayPod UsPod { get; }

    public GatewayPod AsiaPod { get; }

    public HttpClient Client { get; }

    public JsonObject? Ingress => Us.Find("multiclusteringresses", Namespace, "mci");

    /// <param name="isReadable">Whether it can read the clusters, or has to wait for <see cref="WriteKubeconfig"/>.</param>
    public static async Task<RunningIngress> StartAsync(bool isReadable = true)
    {
        var ingress = new RunningIngress(
            await FakeKubernetes.StartAsync(), await FakeKubernetes.StartAsync(), await GatewayPod.StartAsync("us"), await GatewayPod.StartAsync("asia"));
        await ingress.app.StartAsync();
        if (isReadable)
        {
            ingress.WriteKubeconfig();
        }

        return ingress;
    }

    /// <summary>Starts one with everything applied, and waits until the VIP answers from both clusters.</summary>
    public static async Task<RunningIngress> StartServingAsync()
    {
        var ingress = await StartAsync();
        ingress.ApplyPods();
        ingress.ApplyBackendConfig();
        ingress.ApplyService();
        ingress.ApplyIngress();
        await Testing.Eventually.HoldsAsync(
            async () => await ingress.GetAsync("us-central1") == "us" && await ingress.GetAsync("asia-northeast1") == "asia", "the VIP answers from both");
        return ingress;
    }

    public void ApplyService(string spec = "", string name = "mcs", string annotations = "\"cloud.google.com/backend-config\": \"{\\\"default\\\": \\\"health\\\"}\"") =>
        Us.Apply("multiclusterservices", $$"""
            {"apiVersion": "networking.gke.io/v1", "kind": "MultiClusterService",
             "metadata": {"name": "{{name}}", "namespace": "{{Namespace}}", "annotations": { {{annotations}} } },
             "spec": { {{spec}} "template": {"spec": {"selector": {"app": "istio-ingressgateway"},
               "ports": [{"name": "http2", "protocol": "TCP", "port": 80, "targetPort": 80}, {"name": "status-port", "port": 15021}]} } } }
            """);

    public void ApplyIngress(string backend = "\"backend\": {\"serviceName\": \"mcs\", \"servicePort\": 80}", string annotations = "", string name = "mci") =>
        Us.Apply("multiclusteringresses", $$"""
            {"apiVersion": "networking.gke.io/v1", "kind": "MultiClusterIngress",
             "metadata": {"name": "{{name}}", "namespace": "{{Namespace}}", "annotations": { {{annotations}} } },
             "spec": {"template": {"spec": { {{backend}} } } } }
            """);

    public void ApplyBackendConfig() => Us.Apply("backendconfigs", $$"""
        {"apiVersion": "cloud.google.com/v1", "kind": "BackendConfig", "metadata": {"name": "health", "namespace": "{{Namespace}}"},
         "spec": {"healthCheck": {"type": "HTTP", "requestPath": "/healthz/ready"} } }
        """);

    public void ApplyPods()
    {
        ApplySlice(Us, UsPod);
        ApplySlice(Asia, AsiaPod);
    }

    /// <summary>What the cluster's own controllers make of the derived Service.</summary>
    public static void ApplySlice(FakeKubernetes cluster, params GatewayPod[] pods)
    {
        var service = Resources.ResourceNames.DerivedService(Namespace, "mcs");
        var endpoints = pods.Select(pod => $$"""{"addresses": ["{{pod.Address.Address}}"], "conditions": {"ready": true} }""");
        // In a cluster the pods of one slice share their port; here each pod is a port of this machine.
        for (var index = 0; index < Math.Max(1, pods.Length); index++)
        {
            var port = pods.Length == 0 ? 80 : pods[index].Address.Port;
            cluster.Apply("endpointslices", $$"""
                {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
                 "metadata": {"name": "{{service}}-{{index}}", "namespace": "{{Namespace}}", "labels": {"kubernetes.io/service-name": "{{service}}"} },
                 "endpoints": [{{(pods.Length == 0 ? "" : endpoints.ElementAt(index))}}],
                 "ports": [{"name": "http2", "port": {{port.ToString(CultureInfo.InvariantCulture)}}, "protocol": "TCP"}]}
                """);
        }
    }

    public async Task<(HttpStatusCode Status, string Body)> SendAsync(string region = "", string path = "/", string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        if (region.Length > 0)
        {
            request.Headers.Add("X-Lab-Client-Region", region);
        }

        using var response = await Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<string> GetAsync(string region = "", string path = "/", string? host = null) => (await SendAsync(region, path, host)).Body;

    /// <summary>A client of the VIP over TLS that trusts one certificate.</summary>
    public HttpClient HttpsClient(TestCertificate trusted) => new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == trusted.Public.Thumbprint },
    })
    {
        BaseAddress = new UriBuilder(Client.BaseAddress!) { Scheme = "https" }.Uri,
    };

    public Task EventAsync(string text) => Testing.Eventually.HoldsAsync(
        () => Us.EventMessages().Any(message => message.Contains(text, StringComparison.Ordinal)), $"an event says: {text}", TimeSpan.FromSeconds(15));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await Us.DisposeAsync();
        await Asia.DisposeAsync();
        await UsPod.DisposeAsync();
        await AsiaPod.DisposeAsync();
        folder.Dispose();
    }

    public void WriteKubeconfig() => File.WriteAllText(folder.File("kubeconfig"), $"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: us
          cluster:
            server: {Us.Url}
        - name: asia
          cluster:
            server: {Asia.Url}
        contexts:
        - name: us
          context: {"{cluster: us, user: admin}"}
        - name: asia
          context: {"{cluster: asia, user: admin}"}
        users:
        - name: admin
          user: {"{token: test}"}
        """);
}
