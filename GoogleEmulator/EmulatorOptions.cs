namespace GoogleEmulator;

/// <summary>What the command line says about one emulator of Google Cloud.</summary>
internal sealed record EmulatorOptions
{
    /// <summary>The folder of everything that it writes (0700).</summary>
    public required string Directory { get; init; }

    /// <summary>The projects that exist; gcloud's default project is the first.</summary>
    public required IReadOnlyList<string> Projects { get; init; }

    /// <summary>Loopback port; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>How long each long-running operation takes at least.</summary>
    public required TimeSpan OperationDelay { get; init; }

    /// <summary>How long what was asked for may go unnoticed in clusters where nothing tells of it.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>CPUs that a project may use in one region.</summary>
    public required int CpuQuota { get; init; }

    /// <summary>The control plane that the fleet reports for managed meshes: <c>TRAFFIC_DIRECTOR</c> or <c>ISTIOD</c>.</summary>
    public required string MeshImplementation { get; init; }

    /// <summary>Loopback port of the global load balancer; 0 for any free one.</summary>
    public int VipPort { get; init; }

    /// <summary>A loopback address for port 80 of the global load balancer; null for none.</summary>
    public string? VipAddress { get; init; }

    /// <summary>The first loopback address for LoadBalancer Services of the first cluster; the next cluster's is ten higher in its third part. Null for none.</summary>
    public string? LoadBalancerBase { get; init; }
}
