namespace Provisioner.State;

/// <summary>Whether a cluster's API answers <c>/readyz</c>, and what it said if not.</summary>
public sealed record ClusterHealth(string Name, bool Ready, string Message);
