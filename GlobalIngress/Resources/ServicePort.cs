namespace GlobalIngress.Resources;

/// <summary>One port of a MultiClusterService.</summary>
/// <param name="TargetPort">A number or the name of a container's port.</param>
internal sealed record ServicePort(string Name, string Protocol, int Port, string TargetPort);
