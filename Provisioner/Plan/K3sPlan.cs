namespace Provisioner.Plan;

/// <summary>What of a lab in mode k3s lives in a container engine.</summary>
public sealed record K3sPlan
{
    /// <summary>The engine's program: <c>docker</c> or <c>podman</c>, or a path.</summary>
    public required string Engine { get; init; }

    /// <summary>Names everything of this lab in the engine: value of the label <c>lab.dev/id</c>, and part of every container's and volume's name.</summary>
    public required string Id { get; init; }

    /// <summary>1 or 2: the engine's version of control groups.</summary>
    public required int CgroupVersion { get; init; }

    /// <summary>The engine runs as a user: nodes are in a user namespace, where kubelets may not touch all they want to.</summary>
    public bool Rootless { get; init; }

    /// <summary>The engine's processor: <c>amd64</c> or <c>arm64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The image of the nodes.</summary>
    public required string K3sImage { get; init; }

    /// <summary>The image that whereami runs as, present on every node from its start.</summary>
    public required string WhereamiImage { get; init; }

    /// <summary>The image of the OTLP relay; null where there is none, and the clusters' spans are not collected.</summary>
    public string? RelayImage { get; init; }

    /// <summary>The loaded bundle that all images and charts come from; null where the nodes pull for themselves.</summary>
    public string? BundleDirectory { get; init; }
}
