namespace Whereami.Payload;

/// <summary>Names of the payload's values.</summary>
internal static class PlaceKeys
{
    public const string BackendResult = "backend_result";
    public const string ClusterName = "cluster_name";
    public const string Headers = "headers";
    public const string HostHeader = "host_header";
    public const string InstanceId = "gce_instance_id";
    public const string InstanceServiceAccount = "gce_service_account";
    public const string Metadata = "metadata";
    public const string NodeName = "node_name";
    public const string PodIp = "pod_ip";
    public const string PodName = "pod_name";
    public const string PodNameEmoji = "pod_name_emoji";
    public const string PodNamespace = "pod_namespace";
    public const string PodServiceAccount = "pod_service_account";
    public const string ProjectId = "project_id";
    public const string Timestamp = "timestamp";
    public const string Zone = "zone";
}
