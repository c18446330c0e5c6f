namespace AppHost.Options;

/// <summary>The section <c>Lab:Google</c>: what a lab on Google Cloud is made of.</summary>
internal sealed record GoogleOptions
{
    /// <summary>Null for the lab's own project.</summary>
    public string? FleetProject { get; init; }

    public string MachineType { get; init; } = "e2-standard-4";

    /// <summary>Per cluster.</summary>
    public int Nodes { get; init; } = 3;

    public string Network { get; init; } = "default";

    /// <summary>managed or in-cluster.</summary>
    public string Mesh { get; init; } = "managed";

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public bool Spot { get; init; }

    public string AsmVersion { get; init; } = "1.28";

    public string? AsmcliSha256 { get; init; }

    /// <summary>Share of whereami's requests that Cloud Trace gets, 0 to 1.</summary>
    public double TraceRatio { get; init; }

    /// <summary>The lab's own whereami in a registry that the clusters can pull from; null for Google's.</summary>
    public string? WhereamiImage { get; init; }

    /// <summary>The lab's OTLP relay in a registry that the clusters can pull from.</summary>
    public string? RelayImage { get; init; }
}
