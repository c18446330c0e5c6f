using Provisioner.Plan;
using Provisioner.Tests.Plan;

namespace Provisioner.Tests.K3s;

/// <summary>Plans of labs on k3s.</summary>
internal static class K3sPlans
{
    private static readonly (string Name, string Zone)[] Places = [("us", "us-central1-c"), ("asia", "asia-northeast1-c"), ("europe", "europe-west1-b")];

    public static LabPlan Make(string directory, int clusters, string engine = "docker") => Plans.Make(directory) with
    {
        Mode = "k3s",
        K3s = new K3sPlan
        {
            Engine = engine,
            Id = "demo",
            CgroupVersion = 2,
            Architecture = "amd64",
            K3sImage = "docker.io/rancher/k3s:v1.36.2-k3s1",
            WhereamiImage = "docker.io/lab/whereami:1.0",
            RelayImage = "docker.io/lab/relay:1.0",
        },
        Clusters = [.. Places.Take(clusters).Select((place, index) => Cluster(directory, place.Name, place.Zone, index + 1))],
    };

    private static ClusterPlan Cluster(string directory, string name, string zone, int number) => new()
    {
        Name = name,
        ClusterName = $"multi-cluster-demo-{name}",
        Location = zone,
        PodCidr = $"10.{number}0.0.0/16",
        ServiceCidr = $"10.255.{number}0.0/24",
        Kubeconfig = Path.Combine(directory, "clusters", name, "kubeconfig"),
        GatewayPort = 8080 + number,
        GatewayUrl = $"http://127.0.0.1:{8080 + number}",
        K3s = new K3sClusterPlan { Server = $"lab-demo-{name}", Agents = [], Alias = name },
    };
}
