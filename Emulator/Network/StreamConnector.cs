using System.Net;

namespace Emulator.Network;

/// <summary>Connects to what an address means to a proxy; null where the mesh has nothing there.</summary>
/// <param name="serverName">The name that a TLS client asks for (SNI); null when it does not speak TLS, or asks for none.</param>
/// <exception cref="IOException">The proxy lets nothing through to there.</exception>
internal delegate ValueTask<Stream?> StreamConnector(IPEndPoint target, string? serverName, CancellationToken cancellation);
