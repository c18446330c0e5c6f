namespace Provisioner.Kubernetes;

/// <summary>A kind of object as the API serves it.</summary>
internal sealed record KubeResource(string ApiVersion, string Kind, string Plural, bool Namespaced)
{
    public static readonly KubeResource Namespaces = new("v1", "Namespace", "namespaces", false);
    public static readonly KubeResource Nodes = new("v1", "Node", "nodes", false);
    public static readonly KubeResource Pods = new("v1", "Pod", "pods", true);
    public static readonly KubeResource Services = new("v1", "Service", "services", true);
    public static readonly KubeResource EndpointSlices = new("discovery.k8s.io/v1", "EndpointSlice", "endpointslices", true);
    public static readonly KubeResource Secrets = new("v1", "Secret", "secrets", true);
    public static readonly KubeResource ConfigMaps = new("v1", "ConfigMap", "configmaps", true);
    public static readonly KubeResource Deployments = new("apps/v1", "Deployment", "deployments", true);
    public static readonly KubeResource CustomResourceDefinitions =
        new("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", false);
    public static readonly KubeResource PodRoutes = new("lab.dev/v1", "PodRoute", "podroutes", false);
    public static readonly KubeResource NetworkFaults = new("lab.dev/v1", "NetworkFault", "networkfaults", false);
    public static readonly KubeResource MultiClusterIngresses = new("networking.gke.io/v1", "MultiClusterIngress", "multiclusteringresses", true);
    public static readonly KubeResource MultiClusterServices = new("networking.gke.io/v1", "MultiClusterService", "multiclusterservices", true);

    /// <summary>The path of one object, or of the collection where no name is given.</summary>
    public string Path(string? ns, string? name = null)
    {
        var root = ApiVersion.Contains('/') ? $"/apis/{ApiVersion}" : $"/api/{ApiVersion}";
        var collection = Namespaced && ns is not null ? $"{root}/namespaces/{ns}/{Plural}" : $"{root}/{Plural}";
        return name is null ? collection : $"{collection}/{name}";
    }

    /// <summary>As kubectl names it: <c>deployments.apps</c>.</summary>
    public string QualifiedName => ApiVersion.Split('/') is [var group, _] ? $"{Plural}.{group}" : Plural;
}
