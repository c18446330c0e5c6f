using System.Net;
using Emulator.DataPlane.Authorization;
using Emulator.DataPlane.Routing;
using Emulator.Mesh;

namespace Emulator.DataPlane.Streams;

/// <summary>A compiled <see cref="MeshStreamMatch"/>: all its conditions hold together.</summary>
internal sealed class StreamMatch(MeshStreamMatch match)
{
    private readonly IPNetwork[] destinations = [.. match.Destinations.Select(AttributeTest.Network).OfType<IPNetwork>()];
    private readonly IPNetwork? source = match.Source is { } range ? AttributeTest.Network(range) : null;

    /// <param name="port">By its number in the service or Gateway.</param>
    public bool Holds(string? serverName, int port, IPAddress from, IPAddress to) =>
        (match.Port is null || match.Port == port)
        && (match.ServerNames.IsEmpty || (serverName is not null && match.ServerNames.Any(name => HostTable.Intersect(name, serverName) is not null)))
        && (source is null || source.Value.Contains(from))
        && (match.Destinations.IsEmpty || Array.Exists(destinations, range => range.Contains(to)));
}
