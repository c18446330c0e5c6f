namespace Provisioner.Clusters.Gke;

/// <summary>What Google asks for the parts of a lab, in US dollars; list prices, which change, so the estimate names its date and sources.</summary>
internal static class CloudPrices
{
    /// <summary>When these figures were noted down.</summary>
    public const string Date = "November 2026";

    public const string Sources = "cloud.google.com/kubernetes-engine/pricing, cloud.google.com/compute/vm-instance-pricing, cloud.google.com/service-mesh/pricing";

    /// <summary>Management of one cluster for an hour; one zonal cluster per billing account is free of it.</summary>
    public const double ClusterHour = 0.10;

    /// <summary>One vCPU of an e2-standard machine with its memory for an hour in the US: e2-standard-4 costs 0.134012.</summary>
    public const double CpuHour = 0.134012 / 4;

    /// <summary>Regions outside the US cost more; Tokyo's e2-standard-4 is about 0.172.</summary>
    public const double OutsideUnitedStates = 0.172 / 0.134012;

    /// <summary>Spot machines cost between a tenth and two fifths.</summary>
    public const double Spot = 0.4;

    /// <summary>A gateway pod behind a MultiClusterIngress: 3 dollars a month.</summary>
    public const double IngressPodHour = 3.0 / 730;

    /// <summary>A sidecar or gateway of the mesh: half a dollar a month.</summary>
    public const double MeshClientHour = 0.5 / 730;

    /// <summary>A forwarding rule; the first five of a project cost this together.</summary>
    public const double ForwardingRulesHour = 0.025;

    /// <summary>Disk (100 GB) and external address of one node.</summary>
    public const double NodeExtrasHour = 0.018;
}
