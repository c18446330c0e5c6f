using System.Text.Json.Nodes;
using Emulator.Network;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>What a node says of itself, as a GKE node does.</summary>
internal static class NodeObjects
{
    public const string KubeletVersion = "v1.32.13";

    private const string MachineType = "e2-standard-4";

    public static JsonObject Create(ClusterOptions options, EmbeddedNode node, string underlay, DateTimeOffset now) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject
        {
            ["name"] = node.Name,
            ["labels"] = new JsonObject
            {
                ["beta.kubernetes.io/arch"] = Architecture,
                ["beta.kubernetes.io/instance-type"] = MachineType,
                ["beta.kubernetes.io/os"] = "linux",
                ["cloud.google.com/gke-nodepool"] = "default-pool",
                ["kubernetes.io/arch"] = Architecture,
                ["kubernetes.io/hostname"] = node.Name,
                ["kubernetes.io/os"] = "linux",
                ["node.kubernetes.io/instance-type"] = MachineType,
            }.Place(options),
            ["annotations"] = new JsonObject { [IPodNetwork.UnderlayAnnotation] = underlay },
        },
        ["spec"] = new JsonObject
        {
            ["podCIDR"] = node.PodCidr.ToString(),
            ["podCIDRs"] = new JsonArray(node.PodCidr.ToString()),
            ["providerID"] = $"gce://{options.Project}/{options.Location}/{node.Name}",
        },
        ["status"] = Status(node, now),
    };

    private static JsonObject Place(this JsonObject labels, ClusterOptions options)
    {
        if (options.NodesHaveZones)
        {
            labels["topology.kubernetes.io/region"] = options.Region;
            labels["topology.kubernetes.io/zone"] = options.Location;
        }

        return labels;
    }

    private static string Architecture => System.Runtime.InteropServices.RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        _ => "amd64",
    };

    private static JsonObject Status(EmbeddedNode node, DateTimeOffset now) => new()
    {
        ["capacity"] = Resources("4", "16393244Ki"),
        ["allocatable"] = Resources("3920m", "13606940Ki"),
        ["conditions"] = new JsonArray(
            Condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available", now),
            Condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure", now),
            Condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available", now),
            Condition("Ready", "True", "KubeletReady", "kubelet is posting ready status", now)),
        ["addresses"] = new JsonArray(
            new JsonObject { ["type"] = "InternalIP", ["address"] = node.Address.ToString() },
            new JsonObject { ["type"] = "Hostname", ["address"] = node.Name }),
        ["daemonEndpoints"] = new JsonObject { ["kubeletEndpoint"] = new JsonObject { ["Port"] = 10250 } },
        ["nodeInfo"] = new JsonObject
        {
            ["machineID"] = Guid.NewGuid().ToString("N"),
            ["systemUUID"] = Guid.NewGuid().ToString(),
            ["bootID"] = Guid.NewGuid().ToString(),
            ["kernelVersion"] = Environment.OSVersion.Version.ToString(),
            ["osImage"] = "Lab embedded node",
            ["containerRuntimeVersion"] = $"process://{Environment.Version}",
            ["kubeletVersion"] = KubeletVersion,
            ["kubeProxyVersion"] = KubeletVersion,
            ["operatingSystem"] = "linux",
            ["architecture"] = Architecture,
        },
    };

    private static JsonObject Resources(string cpu, string memory) => new()
    {
        ["cpu"] = cpu,
        ["ephemeral-storage"] = "98831908Ki",
        ["memory"] = memory,
        ["pods"] = "256",
    };

    private static JsonObject Condition(string type, string status, string reason, string message, DateTimeOffset now) => new()
    {
        ["type"] = type,
        ["status"] = status,
        ["lastHeartbeatTime"] = Registry.Timestamp(now),
        ["lastTransitionTime"] = Registry.Timestamp(now),
        ["reason"] = reason,
        ["message"] = message,
    };
}
