using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <param name="Hosts">Host names with an optional <c>namespace/</c> in front and <c>*</c> as wildcard.</param>
internal sealed record MeshGatewayServer(int Port, string Protocol, ImmutableArray<string> Hosts, MeshGatewayTls? Tls);
