namespace GlobalIngress.Kubernetes;

/// <summary>A kind of object and where it is served.</summary>
internal sealed record KubeResource(string ApiVersion, string Kind, string Plural)
{
    public static readonly KubeResource MultiClusterServices = new("networking.gke.io/v1", "MultiClusterService", "multiclusterservices");
    public static readonly KubeResource MultiClusterIngresses = new("networking.gke.io/v1", "MultiClusterIngress", "multiclusteringresses");
    public static readonly KubeResource BackendConfigs = new("cloud.google.com/v1", "BackendConfig", "backendconfigs");
    public static readonly KubeResource FrontendConfigs = new("networking.gke.io/v1beta1", "FrontendConfig", "frontendconfigs");
    public static readonly KubeResource Secrets = new("v1", "Secret", "secrets");
    public static readonly KubeResource Services = new("v1", "Service", "services");
    public static readonly KubeResource EndpointSlices = new("discovery.k8s.io/v1", "EndpointSlice", "endpointslices");
    public static readonly KubeResource Nodes = new("v1", "Node", "nodes");
    public static readonly KubeResource Pods = new("v1", "Pod", "pods");
    public static readonly KubeResource Events = new("v1", "Event", "events");

    /// <summary>The path of all objects, of a namespace's, or of one.</summary>
    public string Path(string? ns = null, string? name = null) =>
        (ApiVersion.Contains('/') ? "/apis/" : "/api/") + ApiVersion
        + (ns is null ? "" : "/namespaces/" + ns) + "/" + Plural + (name is null ? "" : "/" + name);
}
