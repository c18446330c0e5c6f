using System.Net;

namespace Emulator.Network;

/// <summary>Connects to what an address means to a proxy; null where the mesh has nothing there.</summary>
internal delegate ValueTask<Stream?> StreamConnector(IPEndPoint target, CancellationToken cancellation);
