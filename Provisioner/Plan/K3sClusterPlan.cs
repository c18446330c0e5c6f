namespace Provisioner.Plan;

/// <summary>The containers of one k3s cluster. Addresses are not planned: they change with each start, and are found by inspecting the containers.</summary>
public sealed record K3sClusterPlan
{
    /// <summary>Container of the server node, which also runs pods: <c>docker exec NAME ip route</c>.</summary>
    public required string Server { get; init; }

    /// <summary>Containers of the nodes beside the server.</summary>
    public required IReadOnlyList<string> Agents { get; init; }

    /// <summary>Name that other containers of the lab, not their pods, resolve to the server; its certificate is valid for it.</summary>
    public required string Alias { get; init; }

    /// <summary>Port of the Kubernetes API at the server's own address.</summary>
    public int ApiPort { get => field == 0 ? 6443 : field; init; }
}
