using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Provisioner.Tests.Cloud;

/// <summary>A Kubernetes API that keeps what is applied to it, at the cost of no process: enough for what Google and the cloud's drivers do inside clusters.</summary>
internal sealed class KubeStub : IAsyncDisposable
{
    private static readonly X509Certificate2 s_certificate = NewCertificate();

    // Kinds that every cluster serves; others come with their definitions.
    private static readonly (string ApiVersion, string Kind, string Plural, bool Namespaced)[] s_kinds =
    [
        ("v1", "Namespace", "namespaces", false), ("v1", "ServiceAccount", "serviceaccounts", true), ("v1", "ConfigMap", "configmaps", true),
        ("v1", "Secret", "secrets", true), ("v1", "Service", "services", true), ("apps/v1", "Deployment", "deployments", true),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", false), ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings", false),
        ("rbac.authorization.k8s.io/v1", "Role", "roles", true), ("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings", true),
        ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", false),
        ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", false),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", false), ("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", true),
    ];

    private readonly ConcurrentDictionary<string, JsonObject> objects = new();
    private WebApplication? app;

    public string Url { get; private set; } = "";

    /// <summary>Paths of the objects that were deleted, in order.</summary>
    public ConcurrentQueue<string> Deleted { get; } = new();

    public JsonObject? this[string path] => objects.GetValueOrDefault(path);

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(s_certificate)));
        app = builder.Build();
        app.Run(HandleAsync);
        await app.StartAsync();
        Url = app.Urls.Single();
    }

    public void Put(string path, JsonObject item) => objects[path] = item;

    /// <summary>The same as an embedded cluster writes.</summary>
    public string Kubeconfig() => $"""
        apiVersion: v1
        kind: Config
        current-context: stub
        clusters:
        - name: stub
          cluster:
            server: "{Url}"
            certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(s_certificate.ExportCertificatePem()))}
        contexts:
        - name: stub
          context: {"{"} cluster: stub, user: stub {"}"}
        users:
        - name: stub
          user: {"{"} token: stub {"}"}
        """;

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        JsonObject? answer;
        if (HttpMethods.IsPatch(context.Request.Method))
        {
            answer = Ready((JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!);
            objects[path] = (JsonObject)answer.DeepClone();
        }
        else if (HttpMethods.IsDelete(context.Request.Method))
        {
            if (objects.TryRemove(path, out answer))
            {
                Deleted.Enqueue(path);
            }
        }
        else
        {
            answer = path == "/readyz" ? [] : objects.GetValueOrDefault(path) ?? Kinds(path) ?? List(path);
        }

        context.Response.StatusCode = answer is null ? 404 : 200;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync((answer ?? []).ToJsonString());
    }

    // Whatever is deployed runs at once.
    private static JsonObject Ready(JsonObject item)
    {
        if (item["kind"]?.ToString() == "Deployment")
        {
            item["status"] = new JsonObject { ["readyReplicas"] = 1 };
        }

        return item;
    }

    /// <summary>What /api/v1 and /apis/GROUP/VERSION answer.</summary>
    private JsonObject? Kinds(string path)
    {
        var version = path.StartsWith("/apis/", StringComparison.Ordinal) ? path["/apis/".Length..] : path["/api/".Length..];
        var defined = objects.Where(item => item.Key.Contains("/customresourcedefinitions/")).SelectMany(item =>
            from each in item.Value["spec"]!["versions"]!.AsArray()
            let names = item.Value["spec"]!["names"]!
            select (ApiVersion: $"{item.Value["spec"]!["group"]}/{each!["name"]}", Kind: names["kind"]!.ToString(), Plural: names["plural"]!.ToString(),
                Namespaced: item.Value["spec"]!["scope"]!.ToString() == "Namespaced"));
        var served = s_kinds.Concat(defined).Where(kind => kind.ApiVersion == version).ToArray();
        return served.Length == 0 ? null : new JsonObject
        {
            ["resources"] = new JsonArray([.. served.Select(kind => new JsonObject { ["name"] = kind.Plural, ["kind"] = kind.Kind, ["namespaced"] = kind.Namespaced })]),
        };
    }

    /// <summary>/apis/GROUP/VERSION/KINDS lists those of every namespace; null for the path of one object.</summary>
    private JsonObject? List(string path)
    {
        var parts = path.Trim('/').Split('/')[(path.StartsWith("/apis/", StringComparison.Ordinal) ? 3 : 2)..];
        var plural = parts switch
        {
            [var all] => all,
            ["namespaces", _, var one] => one,
            _ => null,
        };
        return plural is null
            ? null
            : new JsonObject { ["items"] = new JsonArray([.. objects.Where(item => IsOf(item.Key, path, plural, parts.Length == 1)).Select(item => item.Value.DeepClone())]) };
    }

    private static bool IsOf(string item, string collection, string plural, bool everywhere) =>
        item.StartsWith($"{collection}/", StringComparison.Ordinal)
        || (everywhere && item.StartsWith(collection[..^plural.Length] + "namespaces/", StringComparison.Ordinal) && item.Split('/')[^2] == plural);

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=stub", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
