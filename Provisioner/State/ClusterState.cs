namespace Provisioner.State;

/// <summary>One cluster, for scripts and for the table of addresses.</summary>
/// <param name="ApiServer">Null until the cluster has said where it is.</param>
/// <param name="GatewayUrl">Null until the gateway answers from outside.</param>
public sealed record ClusterState(string Name, string Context, string ClusterName, string Location, string? ApiServer, string? GatewayUrl);
