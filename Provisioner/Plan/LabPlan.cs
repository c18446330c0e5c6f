namespace Provisioner.Plan;

/// <summary>Everything that is decided about a lab before it starts; AppHost writes it, the provisioner reads it.</summary>
public sealed record LabPlan
{
    public const string FileName = "plan.json";

    public const int LastStage = 9;

    // The JSON reader leaves out initialisers of init-only properties; these defaults hold for it as well.
    public string Name { get => field ?? "lab"; init; }

    /// <summary>embedded, k3s, existing, gke or rehearsal.</summary>
    public required string Mode { get; init; }

    public required string Project { get; init; }

    /// <summary>The last stage that runs by itself at start.</summary>
    public int Until { get => field == 0 ? LastStage : field; init; }

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

    public string Namespace { get => field ?? "whereami"; init; }

    public string GatewayNamespace { get => field ?? "istio-ingress"; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>The lab's part in a container engine; null in modes without.</summary>
    public K3sPlan? K3s { get; init; }

    /// <summary>What is known of clusters that were there before the lab; null in other modes.</summary>
    public ExistingPlan? Existing { get; init; }

    /// <summary>Set in the modes gke and rehearsal.</summary>
    public CloudPlan? Cloud { get; init; }
}
