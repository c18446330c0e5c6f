using Provisioner.Plan;

namespace Provisioner.Clusters;

/// <summary>The lab's plan and the clusters of it.</summary>
internal sealed class Lab : IDisposable
{
    public Lab(LabPlan plan)
    {
        Plan = plan;
        Clusters = [.. plan.Clusters.Select(cluster => new LabCluster(cluster))];
    }

    public LabPlan Plan { get; }

    public IReadOnlyList<LabCluster> Clusters { get; }

    /// <summary>The cluster whose gateway comes first (stage 5), and whose context is the current one.</summary>
    public LabCluster First => Clusters[0];

    public LabCluster ConfigCluster => this[Plan.ConfigCluster];

    /// <summary>Where the global ingress was found to answer, or is planned to.</summary>
    public string? VipUrl
    {
        get => Plan.VipUrl.Length > 0 ? Plan.VipUrl : field;
        set;
    }

    /// <exception cref="LabException">There is no such cluster.</exception>
    public LabCluster this[string name] => Clusters.FirstOrDefault(cluster => cluster.Name == name)
        ?? throw new LabException($"there is no cluster '{name}'", $"The clusters are: {string.Join(", ", Clusters.Select(cluster => cluster.Name))}");

    public IEnumerable<LabCluster> PeersOf(LabCluster cluster) => Clusters.Where(other => other != cluster);

    public string Manifest(string name) => Path.Combine(Plan.Manifests, name);

    public void Dispose()
    {
        foreach (var cluster in Clusters)
        {
            cluster.Dispose();
        }
    }
}
