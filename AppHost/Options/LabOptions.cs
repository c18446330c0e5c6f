using AppHost.K3s;
using Containers;

namespace AppHost.Options;

/// <summary>What the user asked for; a null port means the default one, or the next that is free.</summary>
internal sealed record LabOptions
{
    public string Name { get; init; } = "lab";

    public required LabMode Mode { get; init; }

    public string Project { get; init; } = "lab-demo";

    /// <summary>The last stage that runs by itself.</summary>
    public int Until { get; init; } = LabOptionsReader.LastStage;

    /// <summary>Whether the clusters' objects outlive the lab, in its folder.</summary>
    public bool Keep { get; init; }

    public bool ExitWhenReady { get; init; }

    public bool Dashboard { get; init; } = true;

    public int? DashboardPort { get; init; }

    public int? VipPort { get; init; }

    /// <summary>The lab's folder; null for <c>.lab</c> of the repository, or the next one when a lab lives there.</summary>
    public string? Directory { get; init; }

    /// <summary>The image of k3s nodes.</summary>
    public string K3sImage { get; init; } = PinnedImages.K3s;

    /// <summary>The image that whereami runs as on k3s.</summary>
    public string WhereamiImage { get; init; } = K3sImages.Whereami;

    /// <summary>The user's kubeconfig with the clusters' contexts; mode existing only.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Where an offline bundle was loaded to; null for this user's place.</summary>
    public string? BundleDirectory { get; init; }

    public required IReadOnlyList<ClusterOptions> Clusters { get; init; }

    /// <summary>Answers the question before anything is created on Google Cloud.</summary>
    public bool Yes { get; init; }

    public GoogleOptions Google { get; init; } = new();
}
