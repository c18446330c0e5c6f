using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;

namespace Provisioner.Kubernetes;

/// <summary>One cluster's Kubernetes API, spoken in JSON: any kind, no typed models.</summary>
internal sealed class KubeApi : IDisposable
{
    public const string FieldManager = "lab";

    private const string MergePatch = "application/merge-patch+json";
    private const string ApplyPatch = "application/apply-patch+yaml";

    private readonly k8s.Kubernetes client;

    public KubeApi(string cluster, KubernetesClientConfiguration configuration)
    {
        Cluster = cluster;
        Configuration = configuration;
        configuration.HttpClientTimeout = Timeout.InfiniteTimeSpan;
        client = new k8s.Kubernetes(configuration);
        Discovery = new KubeDiscovery(this);
    }

    public string Cluster { get; }

    public KubernetesClientConfiguration Configuration { get; }

    public KubeDiscovery Discovery { get; }

    /// <summary>The object, or null where there is none.</summary>
    public async Task<JsonObject?> GetAsync(KubeResource resource, string? ns, string name, CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Get, resource.Path(ns, name), null, null, cancellation);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(response, cancellation);
    }

    /// <summary>The list, with its resourceVersion; a kind that is not served is an empty list.</summary>
    public async Task<JsonObject> ListAsync(KubeResource resource, string? ns, string selector, CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Get, resource.Path(ns) + Query(selector), null, null, cancellation);
        return response.StatusCode == HttpStatusCode.NotFound ? new JsonObject { ["items"] = new JsonArray() } : await ReadAsync(response, cancellation);
    }

    /// <summary>The raw answer to a GET, whatever its status; for proxies, logs and health endpoints.</summary>
    public Task<HttpResponseMessage> RawAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, null, null, cancellation);

    public async Task<JsonObject> ApplyAsync(KubeResource resource, string? ns, JsonObject item, CancellationToken cancellation)
    {
        var path = $"{resource.Path(ns, item.Name())}?fieldManager={FieldManager}&force=true";
        using var response = await SendAsync(HttpMethod.Patch, path, item, ApplyPatch, cancellation);
        return await ReadAsync(response, cancellation);
    }

    public async Task<JsonObject> PatchAsync(KubeResource resource, string? ns, string name, JsonObject patch, CancellationToken cancellation)
    {
        var path = $"{resource.Path(ns, name)}?fieldManager={FieldManager}";
        using var response = await SendAsync(HttpMethod.Patch, path, patch, MergePatch, cancellation);
        return await ReadAsync(response, cancellation);
    }

    /// <summary>Deletes an object and what belongs to it, as kubectl does; false where there was none.</summary>
    public async Task<bool> DeleteAsync(KubeResource resource, string? ns, string name, CancellationToken cancellation)
    {
        // A Job's own default is to leave its pods behind.
        using var response = await SendAsync(HttpMethod.Delete, $"{resource.Path(ns, name)}?propagationPolicy=Background", null, null, cancellation);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        await ReadAsync(response, cancellation);
        return true;
    }

    /// <summary>Opens a watch from a resourceVersion on.</summary>
    public Task<HttpResponseMessage> WatchAsync(KubeResource resource, string? ns, string selector, string? version, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, $"{resource.Path(ns)}{Query(selector)}&watch=true&allowWatchBookmarks=true&resourceVersion={version}", null, null, cancellation);

    /// <summary>Opens a connection to a port of a pod through the API server.</summary>
    /// <exception cref="HttpRequestException">It was refused.</exception>
    public async Task<StreamDemuxer> PortForwardAsync(string ns, string pod, int port, string protocol, CancellationToken cancellation)
    {
        try
        {
            var socket = await client.WebSocketNamespacedPodPortForwardAsync(pod, ns, [port], protocol, cancellationToken: cancellation);
            var demuxer = new StreamDemuxer(socket, StreamType.PortForward, ownsSocket: true);
            demuxer.Start();
            return demuxer;
        }
        catch (Exception e) when (e is System.Net.WebSockets.WebSocketException or k8s.Autorest.HttpOperationException)
        {
            throw new HttpRequestException($"cluster {Cluster} refuses a port-forward to {ns}/{pod}:{port}: {e.Message}", e);
        }
    }

    /// <summary>Reads a JSON answer, or throws what the API said.</summary>
    public async Task<JsonObject> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        if (response.IsSuccessStatusCode)
        {
            return (JsonObject)JsonNode.Parse(body)!;
        }

        throw Error(response.StatusCode, body);
    }

    /// <summary>The message of a Kubernetes Status, or null when the text is something else.</summary>
    public static string? StatusMessage(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject answer ? answer["message"]?.ToString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Dispose() => client.Dispose();

    private static string Query(string selector) => selector.Length == 0 ? "?" : $"?{selector}";

    private KubeException Error(HttpStatusCode status, byte[] body)
    {
        // Proxies answer in plain text.
        var text = Encoding.UTF8.GetString(body).Trim();
        return new KubeException(Cluster, status, StatusMessage(text) ?? (text.Length > 0 ? $"{(int)status} {text}" : $"HTTP status {(int)status}"));
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonObject? body, string? type, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(client.BaseUri, path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*", 0.1));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, KubeJson.Default.JsonObject));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type!);
        }

        try
        {
            if (Configuration.TokenProvider is { } tokens)
            {
                request.Headers.Authorization = await tokens.GetAuthenticationHeaderAsync(cancellation);
            }

            var response = await client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (response.StatusCode == HttpStatusCode.Unauthorized && Configuration.TokenProvider is ExecTokens refused)
            {
                // The next request asks the plugin anew.
                refused.Forget();
            }

            return response;
        }
        catch (HttpRequestException e)
        {
            throw new ClusterUnreachableException(Cluster, Configuration.Host, e);
        }
    }
}
