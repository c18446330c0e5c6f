using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Testing;

namespace Emulator.Tests.Api;

/// <summary>A whole embedded cluster in this process, on a free port, spoken to over HTTPS.</summary>
public sealed class ApiCluster : IAsyncLifetime
{
    private const string AdminToken = "test-admin";

    private readonly TemporaryFolder folder = new();
    private IHost? host;
    private X509Certificate2? authority;

    public Uri Url { get; private set; } = new("https://127.0.0.1");

    public string Kubeconfig => Path.Combine(folder.Path, "state", "kubeconfig");

    public HttpClient Admin { get; private set; } = new();

    public async ValueTask InitializeAsync()
    {
        var tokens = Path.Combine(folder.Path, "tokens.csv");
        await File.WriteAllTextAsync(tokens, $"{AdminToken},admin,1,\"system:masters\"\nplain,jane,2\n");
        host = ClusterHost.Create(new ClusterOptions
        {
            Name = "us",
            ClusterName = "multi-cluster-demo-us",
            Project = "lab-demo",
            Location = "us-central1-c",
            PodCidr = "10.10.0.0/16",
            ServiceCidr = "10.255.10.0/24",
            StateDirectory = Path.Combine(folder.Path, "state"),
            TokenAuthFile = tokens,
            Nodes = 1,
        });
        await host.StartAsync();
        Url = host.Services.GetRequiredService<Emulator.Api.Server.ApiAddress>().Url;
        authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder.Path, "state", "pki", "ca.crt"));
        Admin = Client(AdminToken);
        await Eventually.HoldsAsync(async () => (await Admin.GetAsync("/readyz")).IsSuccessStatusCode, "the cluster is ready");
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        if (host is not null)
        {
            await host.StopAsync();
            host.Dispose();
        }

        authority?.Dispose();
        folder.Dispose();
    }

    /// <summary>A token of an account in the namespace default, as the cluster itself signs it.</summary>
    public string Token(string account, string uid, DateTimeOffset expires) =>
        host!.Services.GetRequiredService<Emulator.Api.Security.ServiceAccountTokens>().Issue("default", account, uid, [], expires);

    /// <summary>A client that trusts the cluster's authority, with a bearer token or without any credentials.</summary>
    public HttpClient Client(string? token)
    {
        var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(authority!);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return chain.Build((X509Certificate2)certificate!);
        };
        var client = new HttpClient(handler) { BaseAddress = Url };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }

    /// <summary>A namespace of the test's own.</summary>
    public async Task<string> NamespaceAsync()
    {
        var name = $"t-{Guid.NewGuid():N}"[..14];
        await PostAsync("/api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
        return name;
    }

    public Task<Answer> GetAsync(string path, HttpClient? client = null) => SendAsync(HttpMethod.Get, path, null, client);

    public Task<Answer> PostAsync(string path, JsonNode body, HttpClient? client = null) => SendAsync(HttpMethod.Post, path, body.ToJsonString(), client);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null, null);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body, HttpClient? client = null, string mediaType = "application/json", string? accept = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, mediaType);
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var response = await (client ?? Admin).SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer((int)response.StatusCode, text, response.Headers.TryGetValues("Warning", out var warnings) ? [.. warnings] : []);
    }

    public static JsonObject ConfigMap(string name, string? value = null, string? label = null)
    {
        var node = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["data"] = new JsonObject { ["k"] = value ?? "v" },
        };
        if (label is not null)
        {
            node["metadata"]!["labels"] = new JsonObject { ["app"] = label };
        }

        return node;
    }
}

/// <summary>What the API answered.</summary>
public sealed record Answer(int Status, string Text, IReadOnlyList<string> Warnings)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string Message => Json["message"]!.GetValue<string>();

    public string Revision => Json["metadata"]!["resourceVersion"]!.GetValue<string>();
}
