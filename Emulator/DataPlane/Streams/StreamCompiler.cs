using Emulator.DataPlane.Routing;
using Emulator.Mesh;

namespace Emulator.DataPlane.Streams;

/// <summary>Turns the TCP and TLS rules of virtual services into what one proxy executes.</summary>
internal sealed class StreamCompiler(RouteCompiler compiler)
{
    public IEnumerable<StreamRoute> Compile(MeshVirtualService service) =>
        service.Streams.Select(rule => Compile(rule, service.Namespace)).OfType<StreamRoute>();

    private StreamRoute? Compile(MeshStreamRoute rule, string ns)
    {
        var matches = rule.Matches.Where(match => compiler.AppliesHere(match.SourceLabels, null, match.Gateways)).ToList();
        return matches.Count == 0 && rule.Matches.Length > 0
            ? null
            : new StreamRoute(
                rule.IsTls,
                [.. matches.Select(match => new StreamMatch(match))],
                [.. rule.Destinations.Select(destination => (compiler.Cluster(destination, ns), destination.Weight))]);
    }
}
