using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Remote;

/// <summary>Lists and watches objects of another cluster, as JSON.</summary>
internal sealed class RemoteApi : IDisposable
{
    private const int WatchSeconds = 240;

    // A server that is cut off does not answer at all: soon after it is back, a new attempt must be under way.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    private readonly HttpClient client;

    public RemoteApi(RemoteKubeconfig kubeconfig, string userAgent)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(kubeconfig.Authorities);
        var tls = new SslClientAuthenticationOptions { CertificateChainPolicy = policy, TargetHost = kubeconfig.TlsServerName };
        if (kubeconfig.ClientCertificate is { } certificate)
        {
            tls.ClientCertificates = [certificate];
        }

        client = new HttpClient(new SocketsHttpHandler { SslOptions = tls, UseProxy = false, UseCookies = false, ConnectTimeout = AnswerLimit })
        {
            BaseAddress = kubeconfig.Server,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd(userAgent);
        if (kubeconfig.Token is { } token)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>All objects at a path such as <c>api/v1/pods</c>, and the version from which to watch.</summary>
    public async Task<(IReadOnlyList<JsonObject> Items, string Version)> ListAsync(string path, CancellationToken cancellation)
    {
        using var response = await SendAsync(path, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var list = await JsonNode.ParseAsync(body, cancellationToken: cancellation).WaitAsync(AnswerLimit, cancellation);
        return ([.. list?["items"].Items() ?? []], list?["metadata"]?["resourceVersion"].Text() ?? "");
    }

    /// <summary>The changes after a version, until the server ends the watch.</summary>
    public async IAsyncEnumerable<(string Type, JsonObject Object)> WatchAsync(string path, string version, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // A server that vanished without a word is noticed when its own limit for the watch is well over.
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(TimeSpan.FromSeconds(WatchSeconds + 30));
        using var response = await SendAsync(
            $"{path}?watch=true&allowWatchBookmarks=true&timeoutSeconds={WatchSeconds}&resourceVersion={Uri.EscapeDataString(version)}", silence.Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(silence.Token));
        while (await reader.ReadLineAsync(silence.Token) is { } line)
        {
            if (line.Length > 0 && JsonNode.Parse(line) is JsonObject change && change["object"] is JsonObject changed)
            {
                yield return (change["type"].Text() ?? "", changed);
            }
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(string path, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(AnswerLimit);
        try
        {
            var response = await client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                using (response)
                {
                    var text = await response.Content.ReadAsStringAsync(limit.Token);
                    throw new HttpRequestException(MessageOf(text) ?? response.ReasonPhrase, null, response.StatusCode);
                }
            }

            return response;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {AnswerLimit.TotalSeconds:0} s");
        }
    }

    private static string? MessageOf(string status)
    {
        try
        {
            return JsonNode.Parse(status)?["message"].Text();
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
