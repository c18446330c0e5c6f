using System.Net;

namespace Emulator;

/// <summary>Everything that is decided about one embedded cluster before it starts.</summary>
internal sealed record ClusterOptions
{
    /// <summary>Short name, also the kubeconfig context and the mesh's cluster name: <c>us</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name a reader sees as <c>cluster_name</c>: <c>multi-cluster-demo-us</c>.</summary>
    public required string ClusterName { get; init; }

    public required string Project { get; init; }

    /// <summary>The zone, such as <c>us-central1-c</c>; the region is its first two parts.</summary>
    public required string Location { get; init; }

    public required string PodCidr { get; init; }

    public required string ServiceCidr { get; init; }

    /// <summary>Loopback port of the Kubernetes API; 0 lets the system choose.</summary>
    public int ApiPort { get; init; }

    /// <summary>Folder for the cluster's kubeconfig and keys (0700).</summary>
    public required string StateDirectory { get; init; }

    public int Nodes { get; init; } = 3;

    /// <summary>Whether nodes name their region and zone, as those of clouds do.</summary>
    public bool NodesHaveZones { get; init; } = true;

    /// <summary>How often the nodes measure what pods use; autoscalers look a third as often.</summary>
    public TimeSpan MetricsPeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>First of the loopback addresses that LoadBalancer Services get, or null where port 80 cannot be bound.</summary>
    public IPAddress? LoadBalancerBase { get; init; }

    /// <summary>Service ports that are also published on 127.0.0.1, as <c>namespace/service:port=hostPort</c>.</summary>
    public IReadOnlyList<PublishedPort> Published { get; init; } = [];

    /// <summary>Keeps the objects on disk across restarts.</summary>
    public bool Keep { get; init; }

    /// <summary>A kube-apiserver <c>--token-auth-file</c>, or null.</summary>
    public string? TokenAuthFile { get; init; }

    public string Region => Location[..Location.LastIndexOf('-')];
}

/// <summary>One Service port that is reachable on the host as well.</summary>
internal sealed record PublishedPort(string Namespace, string Service, int Port, int HostPort);
