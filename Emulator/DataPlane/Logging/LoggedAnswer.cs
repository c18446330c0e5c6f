using System.Net;

namespace Emulator.DataPlane.Logging;

/// <summary>What is known of a request when it is answered.</summary>
/// <param name="Status">0 for a connection that is not HTTP.</param>
/// <param name="Header">A header of the request, or null.</param>
/// <param name="Asked">The address that the client asked for.</param>
internal readonly record struct LoggedAnswer(int Status, Func<string, string?> Header, IPEndPoint? Asked, IPEndPoint Client, string? ServerName, bool IsMutualTls);
