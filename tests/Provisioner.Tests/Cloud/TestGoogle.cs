using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using GoogleEmulator;
using GoogleEmulator.Clusters;
using GoogleEmulator.Container;
using GoogleEmulator.Faults;
using GoogleEmulator.Http;
using GoogleEmulator.Projects;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Testing;

namespace Provisioner.Tests.Cloud;

/// <summary>GoogleEmulator in this process, on loopback, with stubs for the clusters behind it.</summary>
internal sealed class TestGoogle : IAsyncDisposable
{
    public const string ProjectId = "lab-demo";

    private readonly TcpListener vip = new(IPAddress.Loopback, 0);
    private readonly StubPrograms programs = new();
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient http = new();
    private readonly WebApplication app;

    private TestGoogle(int quota)
    {
        vip.Start();
        var options = new EmulatorOptions
        {
            Directory = folder.File("google"),
            Projects = [ProjectId],
            OperationDelay = TimeSpan.Zero,
            LookAgain = TimeSpan.FromMilliseconds(20),
            CpuQuota = quota,
            MeshImplementation = "TRAFFIC_DIRECTOR",
            VipPort = ((IPEndPoint)vip.LocalEndpoint).Port,
        };
        app = EmulatorApplication.Build(options, services =>
        {
            services.AddLogging(logging => logging.ClearProviders());
            services.AddSingleton<IPrograms>(programs);
        });
        Options = options;
    }

    public EmulatorOptions Options { get; }

    public IReadOnlyDictionary<string, string> Variables => EmulatorApplication.Variables(app, Options);

    public Project Project => app.Services.GetRequiredService<ProjectTable>().Find(ProjectId, GoogleApi.Fleet);

    public IReadOnlyList<Cluster> Clusters => app.Services.GetRequiredService<ClusterTable>().All;

    /// <summary>Everything in the project that a new project does not have.</summary>
    public IReadOnlyList<string> Left =>
    [
        .. Clusters.Select(cluster => $"cluster {cluster.Plan.Name}"),
        .. Project.Fleet.Memberships.Select(membership => $"membership {membership.Name}"),
        .. Project.Fleet.Features.Select(feature => $"feature {feature.Id}"),
        .. Project.Compute.All.Where(resource => resource.Collection is not ("networks" or "subnetworks") && !resource.Name.StartsWith("default-", StringComparison.Ordinal))
            .Select(resource => $"{resource.Collection} {resource.Name}"),
    ];

    public static async Task<TestGoogle> StartAsync(int quota = 72)
    {
        var google = new TestGoogle(quota);
        await google.app.StartAsync();
        google.http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", google.Token);
        return google;
    }

    public string Token => File.ReadAllText(Variables["CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"]);

    /// <summary>The Kubernetes API behind a cluster.</summary>
    public KubeStub Kubernetes(string cluster) => programs.Clusters[cluster];

    /// <summary>Adds a fault in the words of the emulator's own API.</summary>
    public void Inject(string fault) => app.Services.GetRequiredService<FaultTable>().Add(FaultReader.Read((JsonObject)JsonNode.Parse(fault)!));

    /// <summary>Whatever was wrong is mended.</summary>
    public void Mend() => app.Services.GetRequiredService<FaultTable>().Clear();

    /// <summary>One request of gcloud's; <paramref name="api"/> is the first part of its path.</summary>
    /// <exception cref="HttpRequestException">The connection broke.</exception>
    public async Task<(int Status, JsonObject Body)> SendAsync(string method, string api, string path, JsonObject? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Variables[$"CLOUDSDK_API_ENDPOINT_OVERRIDES_{api.ToUpperInvariant()}"] + path));
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        using var response = await http.SendAsync(request, cancellation);
        return ((int)response.StatusCode, (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellation))!);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        http.Dispose();
        vip.Dispose();
        folder.Dispose();
    }
}
