using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Emulator.Tests.Mesh;

/// <summary>Another cluster's API as far as an istiod reads it: lists and watches over TLS, for one token.</summary>
internal sealed class FakeRemoteApi : IAsyncDisposable
{
    private readonly X509Certificate2 authority;
    private readonly X509Certificate2 certificate;
    private readonly ObjectStore store;
    private WebApplication? app;
    private int port;

    public FakeRemoteApi(ObjectStore store)
    {
        this.store = store;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=fake", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var server = new CertificateRequest("CN=server", own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        server.CertificateExtensions.Add(names.Build());
        using var bare = server.Create(authority, DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow.AddHours(12), [1, 2, 3]);
        certificate = bare.CopyWithPrivateKey(own);
    }

    public string Token { get; set; } = "token-1";

    /// <summary>The User-Agent of the last request.</summary>
    public string UserAgent { get; private set; } = "";

    public string AuthorityPem => authority.ExportCertificatePem();

    public string Url => $"https://127.0.0.1:{port}";

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(certificate)));
        app = builder.Build();
        app.Run(HandleAsync);
        await app.StartAsync();
        port = new Uri(app.Urls.Single()).Port;
    }

    public async Task StopAsync()
    {
        if (app is not null)
        {
            using var now = new CancellationTokenSource(TimeSpan.Zero);
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
            app = null;
        }
    }

    public string Kubeconfig(string? token = null, string? authorityPem = null) => $"""
        apiVersion: v1
        kind: Config
        clusters: [{"{"}name: asia, cluster: {"{"}server: "{Url}", certificate-authority-data: {Base64(authorityPem ?? AuthorityPem)}{"}"}{"}"}]
        contexts: [{"{"}name: asia, context: {"{"}cluster: asia, user: asia{"}"}{"}"}]
        current-context: asia
        users: [{"{"}name: asia, user: {"{"}token: {token ?? Token}{"}"}{"}"}]
        """;

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        certificate.Dispose();
        authority.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        UserAgent = http.Request.Headers.UserAgent.ToString();
        if (http.Request.Headers.Authorization != $"Bearer {Token}")
        {
            http.Response.StatusCode = 401;
            await http.Response.WriteAsync("""{"kind":"Status","message":"Unauthorized"}""");
            return;
        }

        var parts = http.Request.Path.Value!.Trim('/').Split('/');
        var type = parts[0] == "api" ? new ResourceType("", parts[2]) : new ResourceType(parts[1], parts[3]);
        if (http.Request.Query["watch"] != "true")
        {
            var list = store.List(type);
            await http.Response.WriteAsync(new JsonObject
            {
                ["metadata"] = new JsonObject { ["resourceVersion"] = $"{list.Revision}" },
                ["items"] = new JsonArray([.. list.Items.Select(item => item.Copy())]),
            }.ToJsonString());
            return;
        }

        using var watch = store.Watch(type, null, long.Parse(http.Request.Query["resourceVersion"]!));
        await http.Response.StartAsync();
        try
        {
            await foreach (var change in watch.Reader.ReadAllAsync(http.RequestAborted))
            {
                var line = new JsonObject { ["type"] = change.Type.ToString().ToUpperInvariant(), ["object"] = change.Object.Copy() };
                await http.Response.WriteAsync(line.ToJsonString() + "\n");
                await http.Response.Body.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The watcher is gone.
        }
    }
}
