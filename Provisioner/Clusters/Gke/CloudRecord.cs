namespace Provisioner.Clusters.Gke;

/// <summary><c>.lab/cloud.json</c>: what must be known to take a lab down after its processes have ended.</summary>
internal sealed record CloudRecord
{
    public const string FileName = "cloud.json";

    public required string Name { get; init; }

    public required string FleetProject { get; init; }

    public required IReadOnlyList<string> Projects { get; init; }

    public required IReadOnlyList<CloudClusterName> Clusters { get; init; }

    /// <summary>When the first thing was created.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>In US dollars.</summary>
    public double CostPerHour { get; init; }

    /// <summary>Whether the lab enabled the fleet's Service Mesh; null when that is not known.</summary>
    public bool? EnabledMesh { get; init; }

    /// <summary>Whether the lab enabled the fleet's Ingress; null when that is not known.</summary>
    public bool? EnabledIngress { get; init; }
}
