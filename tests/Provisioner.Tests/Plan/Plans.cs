using Provisioner.Plan;

namespace Provisioner.Tests.Plan;

/// <summary>Plans for tests.</summary>
internal static class Plans
{
    public static LabPlan Make(string directory) => new()
    {
        Mode = "embedded",
        Project = "lab-demo",
        ConfigCluster = "us",
        VipUrl = "http://127.0.0.1:8080",
        VipPort = 8080,
        Manifests = Path.Combine(Testing.RepositoryRoot.Path, "kube"),
        Directory = directory,
        StartedAt = DateTimeOffset.UnixEpoch,
        Clusters =
        [
            Cluster(directory, "us", "us-central1-c", "10.10.0.0/16", "10.255.10.0/24", 8081),
            Cluster(directory, "asia", "asia-northeast1-c", "10.20.0.0/16", "10.255.20.0/24", 8082),
        ],
    };

    private static ClusterPlan Cluster(string directory, string name, string location, string pods, string services, int port) => new()
    {
        Name = name,
        ClusterName = $"multi-cluster-demo-{name}",
        Location = location,
        PodCidr = pods,
        ServiceCidr = services,
        Kubeconfig = Path.Combine(directory, "clusters", name, "kubeconfig"),
        GatewayPort = port,
        GatewayUrl = $"http://127.0.0.1:{port}",
    };
}
