namespace Provisioner.Clusters.Gke.Down;

/// <summary>Which lab is to be taken down, from a plan, a record or labels alone.</summary>
internal sealed record DownTarget
{
    public required string Name { get; init; }

    public required string Fleet { get; init; }

    public required IReadOnlyList<string> Projects { get; init; }

    /// <summary>Where the lab's clusters are or were.</summary>
    public IReadOnlyList<CloudClusterName> Known { get; init; } = [];

    /// <summary>Namespaces that name load balancers.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = ["istio-ingress", "whereami"];

    public CloudRecord? Record { get; init; }

    /// <summary>Whether all of it is in the emulator of Google Cloud, where nothing costs anything.</summary>
    public bool IsRehearsal { get; init; }

    public IEnumerable<string> ClusterNames(DownPlan plan) =>
        plan.Clusters.Select(cluster => cluster.Name).Concat((Record?.Clusters ?? Known).Select(cluster => cluster.Name)).Distinct();
}
