using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Testing;

namespace GoogleEmulator.Tests;

/// <summary>The emulator's own program, in a folder of the test's own.</summary>
public sealed class RunningEmulator : IAsyncDisposable
{
    public const string Project = "demo-proj";

    // A machine that does much else at the same time is slow.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly HttpClient kubernetes = new(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
    private readonly StringBuilder output = new();
    private readonly TemporaryFolder folder = new();
    private readonly Process process;
    private HttpClient? client;

    private RunningEmulator(string[] arguments)
    {
        var start = new ProcessStartInfo(LabProcess.Program("GoogleEmulator")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--directory", Directory, "--project", Project, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The emulator's folder.</summary>
    public string Directory => folder.File("google");

    public string Kubeconfig => folder.File("kubeconfig");

    public int ProcessId => process.Id;

    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>();

    /// <summary>Scheme, host and port.</summary>
    public string Url { get; private set; } = "";

    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    public static async Task<RunningEmulator> StartAsync(params string[] arguments)
    {
        var emulator = new RunningEmulator(arguments);
        var file = Path.Combine(emulator.Directory, "environment.json");
        await Eventually.HoldsAsync(
            () =>
            {
                Assert.False(emulator.process.HasExited, emulator.Output);
                return File.Exists(file);
            },
            "the emulator has written environment.json",
            Patience);
        var variables = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject().ToDictionary(entry => entry.Key, entry => entry.Value!.ToString());
        emulator.Environment = variables;
        emulator.Url = new Uri(variables["CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER"]).GetLeftPart(UriPartial.Authority);
        emulator.client = new HttpClient { BaseAddress = new Uri(emulator.Url) };
        emulator.client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", await File.ReadAllTextAsync(variables["CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"]));
        return emulator;
    }

    /// <summary>One request to the emulator; <c>P</c> in a path stands for the project.</summary>
    public async Task<(int Status, JsonNode Body)> SendAsync(string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("/projects/P/", $"/projects/{Project}/", StringComparison.Ordinal));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await client!.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>The message of a refusal, which has to have that status.</summary>
    public async Task<string> RefusedAsync(int expected, string method, string path, string? body = null)
    {
        var (status, answer) = await SendAsync(method, path, body);
        Assert.True(status == expected, $"{method} {path}: {status} {answer.ToJsonString()}");
        return (string)answer["error"]!["message"]!;
    }

    /// <summary>A request that has to succeed.</summary>
    public async Task<JsonNode> CallAsync(string method, string path, string? body = null)
    {
        var (status, answer) = await SendAsync(method, path, body);
        Assert.True(status == 200, $"{method} {path}: {status} {answer.ToJsonString()}");
        return answer;
    }

    /// <summary>Waits until a GET answers what is expected.</summary>
    public async Task<JsonNode> UntilAsync(string path, Func<JsonNode, bool> holds, string what)
    {
        JsonNode last = new JsonObject();
        await Eventually.HoldsAsync(async () => holds(last = (await SendAsync("GET", path)).Body), $"{what}; {path} last answered {last.ToJsonString()}", Patience);
        return last;
    }

    /// <summary>Begins an operation and waits for its end; returns it.</summary>
    public async Task<JsonNode> OperateAsync(string method, string path, string? body = null)
    {
        var operation = await CallAsync(method, path, body);
        var name = (string)operation["name"]!;
        var at = path.Split('/')[1] switch
        {
            "container" => $"/container/v1/projects/P/locations/{operation["location"]}/operations/{name}",
            "compute" => new Uri((string)operation["selfLink"]!).AbsolutePath,
            "serviceusage" => $"/serviceusage/v1/{name}",
            _ => $"/gkehub/v1/{name}",
        };
        return await UntilAsync(at, answer => (string?)answer["status"] == "DONE" || answer["done"] is not null, $"{method} {path} is done");
    }

    /// <summary>Creates clusters side by side and waits until they run.</summary>
    public Task CreateClustersAsync(params (string Name, string Zone)[] clusters) => Task.WhenAll(clusters.Select(async cluster =>
    {
        var operation = await OperateAsync("POST", $"/container/v1/projects/P/zones/{cluster.Zone}/clusters", ClusterBody(cluster.Name));
        Assert.True(operation["error"] is null, operation.ToJsonString());
    }));

    /// <summary>What gcloud sends for the seed's cluster, with fewer nodes.</summary>
    public static string ClusterBody(string name, string more = "") => $$$"""
        {"cluster":{"name":"{{{name}}}","nodePools":[{"name":"default-pool","initialNodeCount":2,"config":{"machineType":"e2-standard-4"}}],
        "workloadIdentityConfig":{"workloadPool":"{{{Project}}}.svc.id.goog"}{{{more}}}}}
        """;

    /// <summary>One request to the Kubernetes API of a cluster, with the token that gcloud's plugin would give.</summary>
    public async Task<(int Status, JsonNode Body)> KubeAsync(string zone, string cluster, string method, string path, string? body = null, string type = "application/json")
    {
        var described = await CallAsync("GET", $"/container/v1/projects/P/zones/{zone}/clusters/{cluster}");
        using var request = new HttpRequestMessage(new HttpMethod(method), $"https://{described["endpoint"]}{path}");
        request.Headers.Authorization = client!.DefaultRequestHeaders.Authorization;
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, type);
        }

        using var response = await kubernetes.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>Sends a signal by name, such as <c>INT</c>.</summary>
    public async Task EndAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await EndAsync("TERM");
        }

        client?.Dispose();
        kubernetes.Dispose();
        process.Dispose();
        folder.Dispose();
    }

    private void Append(string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
        }
    }
}
