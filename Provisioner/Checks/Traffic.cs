using System.Text.Json;
using Provisioner.Clusters;
using Provisioner.Kubernetes;

namespace Provisioner.Checks;

/// <summary>Sends real requests to whereami and counts which cluster answered.</summary>
internal sealed class Traffic(Lab lab) : IDisposable
{
    public const int Round = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // A proxy of the user's environment has no business between the lab's own processes.
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) });
    private readonly HttpClient fresh = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });
    private readonly PodWhereabouts pods = new(lab);
    private readonly Dictionary<string, string> names = lab.Plan.Clusters.ToDictionary(cluster => cluster.ClusterName, cluster => cluster.Name);

    /// <summary>A round of requests at the same time to an address outside the clusters.</summary>
    public Task<TrafficSample> OutsideAsync(string url, CancellationToken cancellation, int requests = Round) =>
        SampleAsync(requests, token => http.GetAsync(url, token), cancellation);

    /// <summary>A round of requests to a cluster's gateway.</summary>
    public async Task<TrafficSample> GatewayAsync(LabCluster cluster, CancellationToken cancellation) =>
        await Addresses.GatewayAsync(lab, cluster, cancellation) is { } url ? await OutsideAsync(url, cancellation) : NoAddress("the gateway's Service");

    /// <summary>A round of requests to the global ingress.</summary>
    public async Task<TrafficSample> VipAsync(CancellationToken cancellation) =>
        await Addresses.VipAsync(lab, cancellation) is { } url ? await OutsideAsync(url, cancellation) : NoAddress("the MultiClusterIngress");

    /// <summary>A round of requests to the Service inside a cluster, through the API server.</summary>
    public Task<TrafficSample> InsideAsync(LabCluster cluster, string ns, string service, CancellationToken cancellation) =>
        SampleAsync(Round, token => cluster.Api.RawAsync($"{KubeResource.Services.Path(ns, service)}:80/proxy/", token), cancellation);

    /// <summary>Whether an address answers a new connection; what it said either way.</summary>
    public async Task<(bool Answers, string Message)> AnswersAsync(string url, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await fresh.GetAsync(url, patience.Token);
            return (true, $"status {(int)response.StatusCode}");
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return (false, Reason(e));
        }
    }

    public void Dispose()
    {
        http.Dispose();
        fresh.Dispose();
        pods.Dispose();
    }

    private static TrafficSample NoAddress(string what) => new(0, new Dictionary<string, int>(), [$"{what} has no address yet"]);

    private async Task<TrafficSample> SampleAsync(int requests, Func<CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, requests).Select(_ => AskAsync(send, cancellation)));
        var split = answers.Where(answer => answer.Cluster is not null).GroupBy(answer => answer.Cluster!).ToDictionary(group => group.Key, group => group.Count());
        return new TrafficSample(requests, split, [.. answers.Where(answer => answer.Cluster is null).Select(answer => answer.Failure).Distinct().Take(3)]);
    }

    private async Task<(string? Cluster, string Failure)> AskAsync(Func<CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await send(patience.Token);
            var body = await response.Content.ReadAsByteArrayAsync(patience.Token);
            if (!response.IsSuccessStatusCode)
            {
                return (null, $"status {(int)response.StatusCode} {Excerpt(body)}".TrimEnd());
            }

            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("cluster_name", out var name)
                ? (names.GetValueOrDefault(name.GetString()!, name.GetString()!), "")
                : await FromPodAsync(json.RootElement, patience.Token);
        }
        catch (JsonException)
        {
            return (null, "an answer that is not whereami's");
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return (null, Reason(e));
        }
    }

    private async Task<(string? Cluster, string Failure)> FromPodAsync(JsonElement answer, CancellationToken cancellation)
    {
        var pod = answer.TryGetProperty("pod_name", out var name) ? name.GetString() ?? "" : "";
        return await pods.FindAsync(pod, cancellation) is { } cluster
            ? (cluster, "")
            : (null, $"an answer without cluster_name, of pod '{pod}', which no cluster of the lab has");
    }

    private static string Reason(Exception e) => e switch
    {
        OperationCanceledException => $"no answer within {Patience.TotalSeconds:0} s",
        HttpRequestException { InnerException: { } inner } => inner.Message,
        _ => e.Message,
    };

    private static string Excerpt(byte[] body)
    {
        var text = System.Text.Encoding.UTF8.GetString(body).ReplaceLineEndings(" ").Trim();
        if (text.StartsWith('{') && KubeApi.StatusMessage(text) is { } message)
        {
            text = message;
        }

        return text.Length > 160 ? $"{text[..160]}…" : text;
    }
}
