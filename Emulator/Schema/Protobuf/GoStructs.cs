namespace Emulator.Schema.Protobuf;

/// <summary>How the Go structs behind the messages of a pod template differ from them: order, names and named types (k8s.io/api 1.32, core/v1/types.go).</summary>
internal static class GoStructs
{
    private static readonly string[] ContainerOrder = Words(
        "name image command args workingDir ports envFrom env resources resizePolicy restartPolicy volumeMounts volumeDevices livenessProbe readinessProbe startupProbe "
        + "lifecycle terminationMessagePath terminationMessagePolicy imagePullPolicy securityContext stdin stdinOnce tty");

    /// <summary>Structs whose fields are not in the order of their numbers.</summary>
    private static readonly Dictionary<string, string[]> Orders = new()
    {
        ["core.PodSpec"] = Words(
            "volumes initContainers containers ephemeralContainers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector "
            + "serviceAccountName serviceAccount automountServiceAccountToken nodeName hostNetwork hostPID hostIPC shareProcessNamespace securityContext "
            + "imagePullSecrets hostname subdomain affinity schedulerName tolerations hostAliases priorityClassName priority dnsConfig readinessGates "
            + "runtimeClassName enableServiceLinks preemptionPolicy overhead topologySpreadConstraints setHostnameAsFQDN os hostUsers schedulingGates "
            + "resourceClaims resources"),
        ["core.Container"] = ContainerOrder,
        ["core.EphemeralContainerCommon"] = ContainerOrder,
        ["core.PodSecurityContext"] = Words(
            "seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot supplementalGroups supplementalGroupsPolicy fsGroup sysctls fsGroupChangePolicy "
            + "seccompProfile appArmorProfile seLinuxChangePolicy"),
        ["core.SecurityContext"] = Words(
            "capabilities privileged seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot readOnlyRootFilesystem allowPrivilegeEscalation procMount "
            + "seccompProfile appArmorProfile"),
        ["core.VolumeMount"] = Words("name readOnly recursiveReadOnly mountPath subPath mountPropagation subPathExpr"),
        ["core.VolumeSource"] = Words(
            "hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi glusterfs persistentVolumeClaim rbd flexVolume cinder cephfs flocker "
            + "downwardAPI fc azureFile configMap vsphereVolume quobyte azureDisk photonPersistentDisk projected portworxVolume scaleIO storageos csi ephemeral image"),
        ["core.PersistentVolumeClaimSpec"] = Words(
            "accessModes selector resources volumeName storageClassName volumeMode dataSource dataSourceRef volumeAttributesClassName"),
        ["meta.OwnerReference"] = Words("apiVersion kind name uid controller blockOwnerDeletion"),
    };

    /// <summary>Texts that have a type of their own, by field, or by message and field.</summary>
    private static readonly Dictionary<string, string> Types = Pairs(
        "uid=types.UID dnsPolicy=v1.DNSPolicy preemptionPolicy=v1.PreemptionPolicy terminationMessagePolicy=v1.TerminationMessagePolicy "
        + "imagePullPolicy=v1.PullPolicy pullPolicy=v1.PullPolicy protocol=v1.Protocol fsGroupChangePolicy=v1.PodFSGroupChangePolicy "
        + "supplementalGroupsPolicy=v1.SupplementalGroupsPolicy seLinuxChangePolicy=v1.PodSELinuxChangePolicy mountPropagation=v1.MountPropagationMode "
        + "recursiveReadOnly=v1.RecursiveReadOnlyMode scheme=v1.URIScheme procMount=v1.ProcMountType add=v1.Capability drop=v1.Capability "
        + "effect=v1.TaintEffect whenUnsatisfiable=v1.UnsatisfiableConstraintAction nodeAffinityPolicy=v1.NodeInclusionPolicy "
        + "nodeTaintsPolicy=v1.NodeInclusionPolicy medium=v1.StorageMedium conditionType=v1.PodConditionType resourceName=v1.ResourceName "
        + "accessModes=v1.PersistentVolumeAccessMode volumeMode=v1.PersistentVolumeMode cachingMode=v1.AzureDataDiskCachingMode "
        + "PodSpec.restartPolicy=v1.RestartPolicy Container.restartPolicy=v1.ContainerRestartPolicy "
        + "EphemeralContainerCommon.restartPolicy=v1.ContainerRestartPolicy ContainerResizePolicy.restartPolicy=v1.ResourceResizeRestartPolicy "
        + "SeccompProfile.type=v1.SeccompProfileType AppArmorProfile.type=v1.AppArmorProfileType HostPathVolumeSource.type=v1.HostPathType "
        + "Toleration.operator=v1.TolerationOperator NodeSelectorRequirement.operator=v1.NodeSelectorOperator "
        + "LabelSelectorRequirement.operator=v1.LabelSelectorOperator PodOS.name=v1.OSName AzureDiskVolumeSource.kind=v1.AzureDataDiskKind");

    private static readonly HashSet<string> LongIntegers =
    [
        .. Words("generation deletionGracePeriodSeconds terminationGracePeriodSeconds activeDeadlineSeconds runAsUser runAsGroup fsGroup supplementalGroups "
            + "tolerationSeconds expirationSeconds seconds"),
    ];

    /// <summary>Fields whose names are not their JSON names with a capital letter.</summary>
    private static readonly Dictionary<string, string> Names = Pairs(
        "metadata=ObjectMeta PodSpec.serviceAccount=DeprecatedServiceAccount dnsPolicy=DNSPolicy dnsConfig=DNSConfig tty=TTY os=OS uid=UID fsGroup=FSGroup "
        + "fsGroupChangePolicy=FSGroupChangePolicy seLinuxOptions=SELinuxOptions seLinuxChangePolicy=SELinuxChangePolicy httpGet=HTTPGet tcpSocket=TCPSocket "
        + "grpc=GRPC httpHeaders=HTTPHeaders apiVersion=APIVersion apiGroup=APIGroup ip=IP nfs=NFS iscsi=ISCSI rbd=RBD csi=CSI fc=FC cephfs=CephFS "
        + "gcePersistentDisk=GCEPersistentDisk awsElasticBlockStore=AWSElasticBlockStore storageos=StorageOS pdName=PDName fsType=FSType diskURI=DataDiskURI "
        + "gmsaCredentialSpecName=GMSACredentialSpecName gmsaCredentialSpec=GMSACredentialSpec wwids=WWIDs");

    /// <summary>The fields of a message in the order of its struct.</summary>
    public static IEnumerable<MessageField> Fields(string message)
    {
        var fields = Messages.Fields(message).Values;
        return Orders.TryGetValue(message, out var order) ? fields.OrderBy(field => Array.IndexOf(order, field.Name)) : fields.OrderBy(field => field.Number);
    }

    public static string Name(string message, string field) => Find(Names, message, field) ?? char.ToUpperInvariant(field[0]) + field[1..];

    /// <summary>The type of a field's values, without pointer, list and map.</summary>
    public static string Type(string message, MessageField field) => field.Type switch
    {
        "s" => Find(Types, message, field.Name) ?? "string",
        "i" => LongIntegers.Contains(field.Name) ? "int64" : "int32",
        "b" => "bool",
        "t" => "v1.Time",
        "q" => "resource.Quantity",
        "p" => "intstr.IntOrString",
        var other => $"v1.{Short(other)}",
    };

    public static string Short(string message) => message[(message.LastIndexOf('.') + 1)..];

    private static string? Find(Dictionary<string, string> table, string message, string field) =>
        table.GetValueOrDefault($"{Short(message)}.{field}") ?? table.GetValueOrDefault(field);

    private static string[] Words(string text) => text.Split(' ');

    private static Dictionary<string, string> Pairs(string text) => Words(text).Select(word => word.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
}
