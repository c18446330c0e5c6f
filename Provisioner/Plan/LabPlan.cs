namespace Provisioner.Plan;

/// <summary>Everything that is decided about a lab before it starts; AppHost writes it, the provisioner reads it.</summary>
public sealed record LabPlan
{
    public const string FileName = "plan.json";

    public const int LastStage = 9;

    public string Name { get; init; } = "lab";

    /// <summary>embedded, k3s, gke or rehearsal.</summary>
    public required string Mode { get; init; }

    public required string Project { get; init; }

    /// <summary>The last stage that runs by itself at start.</summary>
    public int Until { get; init; } = LastStage;

    public int OwnerPid { get; init; }

    public required IReadOnlyList<ClusterPlan> Clusters { get; init; }

    /// <summary>Name of the cluster that holds MultiClusterIngress and MultiClusterService.</summary>
    public required string ConfigCluster { get; init; }

    public int VipPort { get; init; }

    public required string VipUrl { get; init; }

    /// <summary>Null where the lab runs without a dashboard.</summary>
    public string? DashboardUrl { get; init; }

    /// <summary>Folder of the manifests (kube/).</summary>
    public required string Manifests { get; init; }

    /// <summary>The lab folder (.lab).</summary>
    public required string Directory { get; init; }

    public string Namespace { get; init; } = "whereami";

    public string GatewayNamespace { get; init; } = "istio-ingress";

    public DateTimeOffset StartedAt { get; init; }
}
