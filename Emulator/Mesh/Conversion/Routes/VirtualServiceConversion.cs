using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>VirtualServices with full host names, and with the routes that they delegate to others.</summary>
internal static class VirtualServiceConversion
{
    public static ImmutableArray<MeshVirtualService> Convert(MeshInputs inputs, List<Finding> findings) =>
        [.. inputs.VirtualServices.Where(item => item["spec"]?["hosts"] is JsonArray { Count: > 0 }).OrderBy(Age.Key).Select(item => Convert(item, inputs, findings))];

    private static MeshVirtualService Convert(JsonObject node, MeshInputs inputs, List<Finding> findings)
    {
        var ns = node.Namespace();
        var spec = node["spec"]!;
        var gateways = spec["gateways"].Texts().Select(gateway => HostNames.ResolveGateway(gateway, ns)).ToImmutableArray();
        return new MeshVirtualService(
            ns,
            node.Name(),
            [.. spec["hosts"].Texts().Select(host => HostNames.Resolve(host, ns))],
            gateways.IsEmpty ? ["mesh"] : gateways,
            [.. spec["http"].Items().SelectMany(route => Routes(node, route, inputs, findings))])
        {
            Streams = [.. StreamRouteConversion.Convert(spec, ns)],
            ExportTo = Visibility.Of(node),
        };
    }

    private static IEnumerable<MeshHttpRoute> Routes(JsonObject owner, JsonObject route, MeshInputs inputs, List<Finding> findings)
    {
        var root = HttpRouteConversion.Convert(route, owner.Namespace());
        if (route["delegate"] is not JsonObject reference)
        {
            return [root];
        }

        var ns = reference["namespace"].Text() ?? owner.Namespace();
        var name = reference["name"].Text() ?? "";
        var target = inputs.VirtualServices.FirstOrDefault(item => item.Namespace() == ns && item.Name() == name && item["spec"]?["hosts"] is not JsonArray { Count: > 0 });
        if (target is null)
        {
            findings.Add(Finding.In(owner, "IST0101", "Error", $"Referenced delegate not found: \"{ns}/{name}\""));
            return [];
        }

        return target["spec"]?["http"].Items().Select(item => Merge(root, HttpRouteConversion.Convert(item, ns))) ?? [];
    }

    /// <summary>The delegate's route, which holds where both match; what the root says of retries, timeouts and headers stands unless the delegate says it.</summary>
    private static MeshHttpRoute Merge(MeshHttpRoute root, MeshHttpRoute target) => target with
    {
        Matches = root.Matches.IsEmpty ? target.Matches
            : target.Matches.IsEmpty ? root.Matches
            : [.. root.Matches.SelectMany(outer => target.Matches.Select(inner => Both(outer, inner)))],
        Rewrite = target.Rewrite ?? root.Rewrite,
        Timeout = target.Timeout ?? root.Timeout,
        Delay = target.Delay ?? root.Delay,
        Abort = target.Abort ?? root.Abort,
        GrpcAbort = target.GrpcAbort ?? root.GrpcAbort,
        RegexRewrite = target.RegexRewrite ?? root.RegexRewrite,
        Mirrors = target.Mirrors.IsEmpty ? root.Mirrors : target.Mirrors,
        Cors = target.Cors ?? root.Cors,
    };

    private static MeshHttpMatch Both(MeshHttpMatch outer, MeshHttpMatch inner) => inner with
    {
        Uri = inner.Uri ?? outer.Uri,
        Scheme = inner.Scheme ?? outer.Scheme,
        Method = inner.Method ?? outer.Method,
        Authority = inner.Authority ?? outer.Authority,
        Headers = outer.Headers.SetItems(inner.Headers),
        QueryParameters = outer.QueryParameters.SetItems(inner.QueryParameters),
        Port = inner.Port ?? outer.Port,
        SourceLabels = outer.SourceLabels.SetItems(inner.SourceLabels),
        Gateways = inner.Gateways.IsEmpty ? outer.Gateways : inner.Gateways,
    };
}
