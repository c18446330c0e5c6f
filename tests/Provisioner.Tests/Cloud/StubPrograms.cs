using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using GoogleEmulator.Clusters;

namespace Provisioner.Tests.Cloud;

/// <summary>The programs behind the emulator of Google Cloud, at the cost of no process: clusters are stubs, and the global ingress does nothing.</summary>
internal sealed class StubPrograms : IPrograms
{
    /// <summary>The clusters that run, by Kubernetes Engine's name for them.</summary>
    public ConcurrentDictionary<string, KubeStub> Clusters { get; } = new();

    public IProgram Start(string project, string name, IReadOnlyList<string> arguments) => project == "Emulator"
        ? new Program(this, Value(arguments, "--cluster-name"), Path.Combine(Value(arguments, "--state-directory"), "kubeconfig"))
        : new Program(this, null, null);

    private static string Value(IReadOnlyList<string> arguments, string option) => arguments[arguments.ToList().IndexOf(option) + 1];

    private sealed class Program : IProgram
    {
        private readonly TaskCompletionSource ended = new();
        private readonly StubPrograms programs;
        private readonly string? cluster;
        private readonly KubeStub api = new();

        public Program(StubPrograms programs, string? cluster, string? kubeconfig)
        {
            (this.programs, this.cluster) = (programs, cluster);
            if (cluster is not null)
            {
                _ = StartAsync(cluster, kubeconfig!);
            }
        }

        public bool HasExited => ended.Task.IsCompleted;

        public int ExitCode => 0;

        public Task Exit => ended.Task;

        public async ValueTask DisposeAsync()
        {
            if (cluster is not null)
            {
                programs.Clusters.TryRemove(KeyValuePair.Create(cluster, api));
            }

            await api.DisposeAsync();
            ended.TrySetResult();
        }

        private async Task StartAsync(string name, string kubeconfig)
        {
            await api.StartAsync();
            api.Put($"/api/v1/nodes/gke-{name}-default-pool-0", new JsonObject { ["metadata"] = new JsonObject { ["name"] = $"gke-{name}-default-pool-0" } });
            programs.Clusters[name] = api;
            // Moved to its place whole: somebody waits for it.
            await File.WriteAllTextAsync($"{kubeconfig}.new", api.Kubeconfig());
            File.Move($"{kubeconfig}.new", kubeconfig);
        }
    }
}
