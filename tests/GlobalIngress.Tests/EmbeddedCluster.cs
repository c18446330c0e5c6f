using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using k8s;

namespace GlobalIngress.Tests;

/// <summary>A real embedded cluster: the Emulator's program, on free ports and in a folder of the test.</summary>
internal sealed class EmbeddedCluster : IDisposable
{
    private readonly Process process;
    private readonly Testing.TemporaryFolder folder = new();
    private k8s.Kubernetes? client;

    public EmbeddedCluster(string name, string location, string podCidr)
    {
        Name = name;
        var start = new ProcessStartInfo(Testing.LabProcess.Program("Emulator")) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "--name", name, "--cluster-name", $"multi-cluster-demo-{name}", "--location", location, "--pod-cidr", podCidr,
            "--service-cidr", "10.255.0.0/24", "--api-port", "0", "--nodes", "2", "--state-directory", folder.Path,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Name { get; }

    public string Kubeconfig => folder.File("kubeconfig");

    public async Task ReadyAsync()
    {
        await Testing.Eventually.HoldsAsync(() => File.Exists(Kubeconfig), $"cluster {Name} has written its kubeconfig");
        client = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig));
        await Testing.Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    return (await client.HttpClient.GetAsync(new Uri(client.BaseUri, "/readyz"))).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            $"cluster {Name} is ready");
    }

    public async Task CreateAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await client!.HttpClient.PostAsync(new Uri(client.BaseUri, path), content);
        Assert.True(response.IsSuccessStatusCode, $"POST {path}: {await response.Content.ReadAsStringAsync()}");
    }

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await client!.HttpClient.GetStringAsync(new Uri(client.BaseUri, path)))!;

    /// <summary>Ends the process as a crash would.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        client?.Dispose();
        process.Dispose();
        folder.Dispose();
    }
}
