namespace Provisioner.Plan;

/// <summary>What a lab on Google Cloud is made of, beyond what every lab has.</summary>
public sealed record CloudPlan
{
    public const string Managed = "managed";

    public const string InCluster = "in-cluster";

    /// <summary>The folder of a rehearsal's Google Cloud, in the lab's folder.</summary>
    public const string RehearsalFolder = "google";

    /// <summary>The project whose fleet the clusters join.</summary>
    public required string FleetProject { get; init; }

    public string MachineType { get => field ?? "e2-standard-4"; init; }

    /// <summary>Nodes per cluster.</summary>
    public int Nodes { get => field == 0 ? 3 : field; init; }

    public string Network { get => field ?? "default"; init; }

    /// <summary>managed, or in-cluster (asmcli).</summary>
    public string Mesh { get => field ?? Managed; init; }

    /// <summary>Further labels on the clusters; the lab's own is always there.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public bool Spot { get; init; }

    /// <summary>Answers the question before anything is created.</summary>
    public bool Yes { get; init; }

    /// <summary>The version of asmcli for <see cref="InCluster"/>, such as 1.28.</summary>
    public string AsmVersion { get => field ?? "1.28"; init; }

    /// <summary>The SHA-256 that the downloaded asmcli must have.</summary>
    public string? AsmcliSha256 { get; init; }

    /// <summary>Share of whereami's requests that are traced to Cloud Trace, 0 to 1.</summary>
    public double TraceRatio { get; init; }

    /// <summary>The lab's own whereami as the clusters can pull it; null for the manifest's image, Google's.</summary>
    public string? WhereamiImage { get; init; }

    /// <summary>The lab's OTLP relay as the clusters can pull it; null where their spans do not come to the dashboard.</summary>
    public string? RelayImage { get; init; }

    /// <summary>The folder of GoogleEmulator in a rehearsal; null on the real cloud.</summary>
    public string? RehearsalDirectory { get; init; }
}
