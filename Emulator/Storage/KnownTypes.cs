namespace Emulator.Storage;

/// <summary>Resource types that controllers, nodes and the mesh work with.</summary>
internal static class KnownTypes
{
    public static readonly ResourceType Namespaces = new("", "namespaces");
    public static readonly ResourceType Nodes = new("", "nodes");
    public static readonly ResourceType Pods = new("", "pods");
    public static readonly ResourceType Services = new("", "services");
    public static readonly ResourceType Endpoints = new("", "endpoints");
    public static readonly ResourceType ConfigMaps = new("", "configmaps");
    public static readonly ResourceType Secrets = new("", "secrets");
    public static readonly ResourceType ServiceAccounts = new("", "serviceaccounts");
    public static readonly ResourceType Events = new("", "events");
    public static readonly ResourceType Deployments = new("apps", "deployments");
    public static readonly ResourceType ReplicaSets = new("apps", "replicasets");
    public static readonly ResourceType EndpointSlices = new("discovery.k8s.io", "endpointslices");
    public static readonly ResourceType Leases = new("coordination.k8s.io", "leases");
    public static readonly ResourceType HorizontalPodAutoscalers = new("autoscaling", "horizontalpodautoscalers");
    public static readonly ResourceType PodDisruptionBudgets = new("policy", "poddisruptionbudgets");
    public static readonly ResourceType Roles = new("rbac.authorization.k8s.io", "roles");
    public static readonly ResourceType RoleBindings = new("rbac.authorization.k8s.io", "rolebindings");
    public static readonly ResourceType ClusterRoles = new("rbac.authorization.k8s.io", "clusterroles");
    public static readonly ResourceType ClusterRoleBindings = new("rbac.authorization.k8s.io", "clusterrolebindings");
    public static readonly ResourceType CustomResourceDefinitions = new("apiextensions.k8s.io", "customresourcedefinitions");
    public static readonly ResourceType MutatingWebhookConfigurations = new("admissionregistration.k8s.io", "mutatingwebhookconfigurations");
    public static readonly ResourceType ResourceQuotas = new("", "resourcequotas");
    public static readonly ResourceType LimitRanges = new("", "limitranges");
    public static readonly ResourceType PriorityClasses = new("scheduling.k8s.io", "priorityclasses");
    public static readonly ResourceType RuntimeClasses = new("node.k8s.io", "runtimeclasses");
    public static readonly ResourceType Ingresses = new("networking.k8s.io", "ingresses");
    public static readonly ResourceType IngressClasses = new("networking.k8s.io", "ingressclasses");
    public static readonly ResourceType Jobs = new("batch", "jobs");
    public static readonly ResourceType CertificateSigningRequests = new("certificates.k8s.io", "certificatesigningrequests");
    public static readonly ResourceType PodRoutes = new("lab.dev", "podroutes");
    public static readonly ResourceType NetworkFaults = new("lab.dev", "networkfaults");
}
