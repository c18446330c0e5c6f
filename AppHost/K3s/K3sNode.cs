using Containers;
using Provisioner.Plan;

namespace AppHost.K3s;

/// <summary>How one node of k3s runs in a container: what its engine and k3s itself are told.</summary>
internal static class K3sNode
{
    /// <summary>What runs before k3s does. As the engine's init is process 1, k3s does not move itself out of the root control group, which has to be empty on version 2. A look into the container from outside puts a process there again, so that it may take another round.</summary>
    /// <remarks>
    /// Pods of one node share a bridge. Without br_netfilter, which docker loads no more since 27.3 (moby issue 48948) and no container can, answers of a Service's pod
    /// go straight to the pod that asked, from an address that it has not asked: no name would be resolved. With the node's address they come back through the node.
    /// </remarks>
    public const string Entrypoint = """
        set -e
        mount --make-rshared /
        groups=/sys/fs/cgroup
        if [ -f $groups/cgroup.controllers ]; then
          mkdir -p $groups/init
          ready() {
            for controller in cpu cpuset memory pids; do
              case " $(cat $groups/cgroup.subtree_control) " in *" $controller "*) ;; *) return 1 ;; esac
            done
          }
          for round in 1 2 3 4 5; do
            while read -r process; do echo "$process" > $groups/init/cgroup.procs || true; done < $groups/cgroup.procs
            for controller in $(cat $groups/cgroup.controllers); do echo "+$controller" > $groups/cgroup.subtree_control || true; done
            if ready; then break; fi
            sleep 1
          done
        fi
        raise() {
          if [ "$(cat "$1")" -lt "$2" ]; then echo "$2" > "$1" || echo "$1 stays at $(cat "$1"); pods may fail with 'too many open files'"; fi
        }
        raise /proc/sys/fs/inotify/max_user_instances 1024
        raise /proc/sys/fs/inotify/max_user_watches 1048576
        if [ ! -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then
          echo "the kernel's module br_netfilter is not loaded: Services are reached under the node's own address"
          set -- "$@" --kube-proxy-arg=masquerade-all=true
        fi
        exec k3s "$@"
        """;

    /// <summary>Where k3s takes image archives from at its start.</summary>
    public const string ImageFolder = "/var/lib/rancher/k3s/agent/images";

    /// <summary>What has to outlive a container, so that a node that starts again in a new one is still the same node.</summary>
    /// <remarks>The image declares the first four as volumes; under these names none is left over. The last holds the password that the server knows the node by.</remarks>
    public static readonly IReadOnlyList<(string Name, string Target)> Volumes =
    [
        ("k3s", "/var/lib/rancher/k3s"),
        ("kubelet", "/var/lib/kubelet"),
        ("cni", "/var/lib/cni"),
        ("log", "/var/log"),
        ("node", "/etc/rancher/node"),
    ];

    /// <summary>Arguments of the engine. The host's control groups are never shared: two clusters would clean up each other's pods.</summary>
    public static IReadOnlyList<string> RuntimeArguments(K3sPlan lab, string node, string owner) =>
    [
        "--privileged", "--init", "--userns=host", "--tmpfs=/run", "--tmpfs=/var/run",

        // podman gives a container 2048 processes and threads unless it is told otherwise, and all pods of a node share them.
        "--pids-limit=-1",
        .. lab.CgroupVersion == 2 ? new[] { "--cgroupns=private" } : [],
        $"--hostname={node}",
        $"--label={LabLabels.Id}={lab.Id}",
        $"--label={LabLabels.Owner}={owner}",
        $"--label={LabLabels.Host}={Environment.MachineName}",
    ];

    public static IReadOnlyList<string> ServerArguments(K3sPlan lab, ClusterPlan cluster, string node) =>
    [
        "server",
        $"--cluster-cidr={cluster.PodCidr}",
        $"--service-cidr={cluster.ServiceCidr}",
        $"--tls-san={cluster.Name}", $"--tls-san={cluster.Name}.dev.internal", "--tls-san=127.0.0.1", "--tls-san=localhost",

        // Istio's gateway has port 80 of the node, which traefik would take; nothing in the lab uses the other two.
        "--disable=traefik", "--disable=metrics-server", "--disable=local-storage",
        .. NodeArguments(lab, cluster, node),
    ];

    public static IReadOnlyList<string> AgentArguments(K3sPlan lab, ClusterPlan cluster, string node) =>
    [
        "agent",
        $"--server=https://{cluster.Name}:6443",
        .. NodeArguments(lab, cluster, node),
    ];

    private static IReadOnlyList<string> NodeArguments(K3sPlan lab, ClusterPlan cluster, string node) =>
    [
        $"--node-name={node}",
        $"--node-label=topology.kubernetes.io/region={Region(cluster.Location)}",
        $"--node-label=topology.kubernetes.io/zone={cluster.Location}",

        // A laptop's disk is often nearly full, which is no reason to evict a demo.
        "--kubelet-arg=eviction-hard=imagefs.available<1%,nodefs.available<1%",
        "--kubelet-arg=eviction-minimum-reclaim=imagefs.available=1%,nodefs.available=1%",

        // From Kubernetes 1.35 the kubelet refuses version 1 unless it is told not to.
        .. lab.CgroupVersion == 1 ? new[] { "--kubelet-arg=fail-cgroupv1=false" } : [],

        // Else it ends because it may not read the kernel's log, or set the machine's limits (Kubernetes: running node components as a non-root user).
        .. lab.Rootless ? new[] { "--kubelet-arg=feature-gates=KubeletInUserNamespace=true" } : [],
    ];

    // us-central1-c lies in us-central1
    private static string Region(string zone) => zone.LastIndexOf('-') is > 0 and var at ? zone[..at] : zone;
}
