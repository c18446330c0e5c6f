namespace GlobalIngress.Resources;

/// <summary>A MultiClusterService and one of its ports, as a MultiClusterIngress names them.</summary>
internal sealed record IngressBackend(string Service, string Port);
