using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>Which namespaces see an object (<c>exportTo</c>).</summary>
internal static class Visibility
{
    /// <summary>The same for a Service of Kubernetes, with commas between.</summary>
    private const string Annotation = "networking.istio.io/exportTo";

    /// <summary>The namespaces; empty: all. <c>~</c> stays as it is, since no namespace has that name.</summary>
    public static ImmutableArray<string> Of(JsonObject node) => Of(node["spec"]?["exportTo"].Texts() ?? [], node.Namespace());

    public static ImmutableArray<string> OfService(JsonObject service) =>
        Of(service.Annotation(Annotation)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [], service.Namespace());

    private static ImmutableArray<string> Of(IEnumerable<string> said, string ns)
    {
        var names = said.Select(name => name == "." ? ns : name).ToImmutableArray();
        return names.Contains("*") ? [] : names;
    }
}
