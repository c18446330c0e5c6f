namespace GoogleEmulator.Services;

/// <summary>The APIs that can be enabled.</summary>
internal static class ServiceCatalog
{
    /// <summary>Service names and titles.</summary>
    public static readonly IReadOnlyDictionary<string, string> Titles = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["anthos.googleapis.com"] = "GKE Enterprise API",
        ["artifactregistry.googleapis.com"] = "Artifact Registry API",
        ["cloudbilling.googleapis.com"] = "Cloud Billing API",
        ["cloudresourcemanager.googleapis.com"] = "Cloud Resource Manager API",
        ["cloudtrace.googleapis.com"] = "Cloud Trace API",
        ["compute.googleapis.com"] = "Compute Engine API",
        ["connectgateway.googleapis.com"] = "Connect Gateway API",
        ["container.googleapis.com"] = "Kubernetes Engine API",
        ["dns.googleapis.com"] = "Cloud DNS API",
        ["gkeconnect.googleapis.com"] = "GKE Connect API",
        ["gkehub.googleapis.com"] = "GKE Hub API",
        ["iam.googleapis.com"] = "Identity and Access Management (IAM) API",
        ["iamcredentials.googleapis.com"] = "IAM Service Account Credentials API",
        ["logging.googleapis.com"] = "Cloud Logging API",
        ["mesh.googleapis.com"] = "Cloud Service Mesh API",
        ["meshca.googleapis.com"] = "Cloud Service Mesh Certificate Authority API",
        ["meshconfig.googleapis.com"] = "Mesh Configuration API",
        ["meshtelemetry.googleapis.com"] = "Mesh Telemetry API",
        ["monitoring.googleapis.com"] = "Cloud Monitoring API",
        ["multiclusteringress.googleapis.com"] = "Multi Cluster Ingress API",
        ["multiclustermetering.googleapis.com"] = "Multi cluster metering API",
        ["multiclusterservicediscovery.googleapis.com"] = "Multi-Cluster Service Discovery API",
        ["networkservices.googleapis.com"] = "Network Services API",
        ["networksecurity.googleapis.com"] = "Network Security API",
        ["serviceusage.googleapis.com"] = "Service Usage API",
        ["stackdriver.googleapis.com"] = "Stackdriver API",
        ["storage.googleapis.com"] = "Cloud Storage API",
        ["trafficdirector.googleapis.com"] = "Traffic Director API",
        ["workloadcertificate.googleapis.com"] = "Workload Certificate API",
    };

    /// <summary>What the seed takes for granted: a project in which clusters can be created.</summary>
    public static readonly string[] EnabledAtFirst =
    [
        "cloudbilling.googleapis.com", "cloudresourcemanager.googleapis.com", "compute.googleapis.com", "container.googleapis.com",
        "iam.googleapis.com", "iamcredentials.googleapis.com", "logging.googleapis.com", "monitoring.googleapis.com",
        "serviceusage.googleapis.com", "storage.googleapis.com",
    ];

    private static readonly Dictionary<string, string[]> s_needed = new()
    {
        ["anthos.googleapis.com"] = ["gkehub.googleapis.com"],
        ["container.googleapis.com"] = ["compute.googleapis.com"],
        ["mesh.googleapis.com"] =
        [
            "container.googleapis.com", "compute.googleapis.com", "gkeconnect.googleapis.com", "gkehub.googleapis.com", "meshca.googleapis.com",
            "meshconfig.googleapis.com", "meshtelemetry.googleapis.com", "networksecurity.googleapis.com", "networkservices.googleapis.com",
            "trafficdirector.googleapis.com", "workloadcertificate.googleapis.com",
        ],
        ["meshconfig.googleapis.com"] = ["gkehub.googleapis.com"],
        ["multiclusteringress.googleapis.com"] = ["compute.googleapis.com", "container.googleapis.com", "gkehub.googleapis.com"],
        ["multiclusterservicediscovery.googleapis.com"] = ["dns.googleapis.com", "gkehub.googleapis.com", "trafficdirector.googleapis.com"],
    };

    /// <summary>A service with those that are enabled with it.</summary>
    public static IEnumerable<string> WithNeeded(string service) => [service, .. s_needed.GetValueOrDefault(service, [])];
}
