namespace Emulator.Storage;

/// <summary>The types a kube-apiserver 1.32 serves without any CustomResourceDefinition, as far as the lab stores them.</summary>
internal static class BuiltInResources
{
    public static IEnumerable<ResourceDefinition> All { get; } =
    [
        Cluster("", "v1", "namespaces", "Namespace", "ns") with { HasStatus = true },
        Cluster("", "v1", "nodes", "Node", "no") with { HasStatus = true },
        Cluster("", "v1", "persistentvolumes", "PersistentVolume", "pv") with { HasStatus = true },
        Cluster("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy") with { HasStatus = true, HasGeneration = true },
        Cluster("admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding") with { HasGeneration = true },
        Namespaced("", "v1", "pods", "Pod", "po") with { HasStatus = true, Categories = ["all"] },
        Namespaced("", "v1", "services", "Service", "svc") with { HasStatus = true, Categories = ["all"] },
        Namespaced("", "v1", "endpoints", "Endpoints", "ep"),
        Namespaced("", "v1", "configmaps", "ConfigMap", "cm"),
        Namespaced("", "v1", "secrets", "Secret"),
        Namespaced("", "v1", "serviceaccounts", "ServiceAccount", "sa"),
        Namespaced("", "v1", "events", "Event", "ev"),
        Namespaced("", "v1", "limitranges", "LimitRange", "limits"),
        Namespaced("", "v1", "resourcequotas", "ResourceQuota", "quota") with { HasStatus = true },
        Namespaced("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", "pvc") with { HasStatus = true },
        Namespaced("", "v1", "podtemplates", "PodTemplate"),
        Namespaced("", "v1", "replicationcontrollers", "ReplicationController", "rc")
            with { HasStatus = true, HasScale = true, HasGeneration = true, Categories = ["all"] },
        Workload("deployments", "Deployment", "deploy"),
        Workload("replicasets", "ReplicaSet", "rs"),
        Workload("statefulsets", "StatefulSet", "sts"),
        Workload("daemonsets", "DaemonSet", "ds") with { HasScale = false },
        Namespaced("apps", "v1", "controllerrevisions", "ControllerRevision"),
        Namespaced("batch", "v1", "jobs", "Job") with { HasStatus = true, HasGeneration = true, Categories = ["all"] },
        Namespaced("batch", "v1", "cronjobs", "CronJob", "cj") with { HasStatus = true, HasGeneration = true, Categories = ["all"] },
        Namespaced("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", "hpa")
            with { Versions = ["v2", "v1"], HasStatus = true, Categories = ["all"] },
        Namespaced("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", "pdb") with { HasStatus = true, HasGeneration = true },
        Namespaced("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice") with { HasGeneration = true },
        Namespaced("events.k8s.io", "v1", "events", "Event", "ev"),
        Namespaced("coordination.k8s.io", "v1", "leases", "Lease"),
        Namespaced("networking.k8s.io", "v1", "ingresses", "Ingress", "ing") with { HasStatus = true, HasGeneration = true },
        Namespaced("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", "netpol") with { HasGeneration = true },
        Cluster("networking.k8s.io", "v1", "ingressclasses", "IngressClass") with { HasGeneration = true },
        Namespaced("rbac.authorization.k8s.io", "v1", "roles", "Role"),
        Namespaced("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding"),
        Cluster("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole"),
        Cluster("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding"),
        Cluster("storage.k8s.io", "v1", "storageclasses", "StorageClass", "sc"),
        Cluster("node.k8s.io", "v1", "runtimeclasses", "RuntimeClass"),
        Cluster("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", "pc"),
        Cluster("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration") with { HasGeneration = true },
        Cluster("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration")
            with { HasGeneration = true },
        Cluster("apiregistration.k8s.io", "v1", "apiservices", "APIService") with { HasStatus = true, Categories = ["api-extensions"] },
        Namespaced("metrics.k8s.io", "v1beta1", "pods", "PodMetrics") with { Singular = "", IsComputed = true },
        Cluster("metrics.k8s.io", "v1beta1", "nodes", "NodeMetrics") with { Singular = "", IsComputed = true },
        Cluster("certificates.k8s.io", "v1", "certificatesigningrequests", "CertificateSigningRequest", "csr") with { HasStatus = true },
        Cluster("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", "crd", "crds")
            with { HasStatus = true, HasGeneration = true, Categories = ["api-extensions"] },
    ];

    private static ResourceDefinition Workload(string plural, string kind, string shortName) =>
        Namespaced("apps", "v1", plural, kind, shortName) with { HasStatus = true, HasScale = true, HasGeneration = true, Categories = ["all"] };

    private static ResourceDefinition Namespaced(string group, string version, string plural, string kind, params string[] shortNames) => new()
    {
        Group = group,
        Versions = [version],
        Plural = plural,
        Singular = kind.ToLowerInvariant(),
        Kind = kind,
        ListKind = kind + "List",
        ShortNames = shortNames,
    };

    private static ResourceDefinition Cluster(string group, string version, string plural, string kind, params string[] shortNames) =>
        Namespaced(group, version, plural, kind, shortNames) with { Namespaced = false };
}
