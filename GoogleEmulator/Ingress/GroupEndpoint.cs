namespace GoogleEmulator.Ingress;

/// <summary>A pod in a network endpoint group.</summary>
/// <param name="Instance">The node that it runs on.</param>
internal sealed record GroupEndpoint(string Address, int Port, string Instance, bool IsHealthy);
