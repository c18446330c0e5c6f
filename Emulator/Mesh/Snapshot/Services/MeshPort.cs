namespace Emulator.Mesh;

/// <param name="Protocol">HTTP, HTTP2, GRPC, HTTPS, TLS or TCP, from the port's name or appProtocol as Istio reads it.</param>
internal sealed record MeshPort(int Number, string Name, string Protocol);
