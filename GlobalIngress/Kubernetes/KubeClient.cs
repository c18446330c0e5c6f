using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;

namespace GlobalIngress.Kubernetes;

/// <summary>One cluster's Kubernetes API as JSON, without typed models.</summary>
internal sealed class KubeClient
{
    public const string FieldManager = "Google-Multi-Cluster-Ingress";

    private const string MergePatch = "application/merge-patch+json";
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private readonly k8s.Kubernetes client;
    private readonly string cluster;

    public KubeClient(string cluster, KubernetesClientConfiguration configuration)
    {
        this.cluster = cluster;
        configuration.HttpClientTimeout = Timeout.InfiniteTimeSpan;
        configuration.UserAgent = FieldManager;
        client = new k8s.Kubernetes(configuration);
    }

    /// <summary>All objects of a kind, with the list's own metadata; null where the kind is not served.</summary>
    public async Task<JsonObject?> ListAsync(KubeResource resource, string query, CancellationToken cancellation) =>
        await SendAsync(HttpMethod.Get, $"{resource.Path()}?{query}", null, HttpStatusCode.NotFound, cancellation);

    /// <summary>Creates an object; null where its namespace is not there.</summary>
    public Task<JsonObject?> CreateAsync(KubeResource resource, string ns, JsonObject body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, $"{resource.Path(ns)}?fieldManager={FieldManager}", (body, "application/json"), HttpStatusCode.NotFound, cancellation);

    /// <summary>Merges a patch into an object; null where it is not there.</summary>
    /// <param name="subresource">Such as <c>/status</c>.</param>
    public Task<JsonObject?> PatchAsync(
        KubeResource resource, string ns, string name, JsonObject patch, CancellationToken cancellation, string subresource = "") =>
        SendAsync(
            HttpMethod.Patch, $"{resource.Path(ns, name)}{subresource}?fieldManager={FieldManager}", (patch, MergePatch), HttpStatusCode.NotFound, cancellation);

    public Task DeleteAsync(KubeResource resource, string ns, string name, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Delete, resource.Path(ns, name), null, HttpStatusCode.NotFound, cancellation);

    /// <summary>The events of a kind from a version on, until the server ends the watch.</summary>
    public async IAsyncEnumerable<JsonObject> WatchAsync(
        KubeResource resource, string query, string version, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await RequestAsync(
            HttpMethod.Get, $"{resource.Path()}?{query}&watch=true&allowWatchBookmarks=true&timeoutSeconds=290&resourceVersion={version}", null, cancellation);
        if (!response.IsSuccessStatusCode)
        {
            throw Error(response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
        }

        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation), Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            if (line.Length > 0)
            {
                yield return (JsonObject)JsonNode.Parse(line)!;
            }
        }
    }

    /// <summary>Opens a connection to a port of a pod.</summary>
    /// <exception cref="HttpRequestException">The API server does not forward there.</exception>
    public async Task<Stream> PortForwardAsync(string ns, string pod, int port, CancellationToken cancellation)
    {
        try
        {
            return new PortForwardStream(await client.WebSocketNamespacedPodPortForwardAsync(pod, ns, [port], PortForwardStream.Protocol, cancellationToken: cancellation));
        }
        catch (Exception error) when (error is WebSocketException or k8s.Autorest.HttpOperationException)
        {
            throw new HttpRequestException($"{cluster} does not forward to port {port} of pod {ns}/{pod}: {error.Message}", error);
        }
    }

    private async Task<JsonObject?> SendAsync(
        HttpMethod method, string path, (JsonObject Json, string Type)? body, HttpStatusCode absent, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(RequestTimeout);
        try
        {
            using var response = await RequestAsync(method, path, body, limit.Token);
            var answer = await response.Content.ReadAsByteArrayAsync(limit.Token);
            return response.IsSuccessStatusCode ? (JsonObject)JsonNode.Parse(answer)!
                : response.StatusCode == absent ? null
                : throw Error(response.StatusCode, Encoding.UTF8.GetString(answer));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new KubeException(cluster, null, $"{method} {path}: no answer in {RequestTimeout.TotalSeconds:0} s");
        }
        catch (IOException error)
        {
            throw new KubeException(cluster, null, error.Message);
        }
    }

    private async Task<HttpResponseMessage> RequestAsync(
        HttpMethod method, string path, (JsonObject Json, string Type)? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(client.BaseUri, path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (client.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, cancellation);
        }

        if (body is var (json, type))
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json.ToJsonString()));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        try
        {
            return await client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException error)
        {
            throw new KubeException(cluster, null, $"{client.BaseUri} does not answer: {error.Message}");
        }
    }

    private KubeException Error(HttpStatusCode status, string answer)
    {
        var message = answer;
        try
        {
            message = JsonNode.Parse(answer)?["message"]?.ToString() ?? answer;
        }
        catch (JsonException)
        {
            // Whatever stood in front of the API has answered for it.
        }

        return new KubeException(cluster, status, $"{(int)status} {message.Trim()}");
    }
}
