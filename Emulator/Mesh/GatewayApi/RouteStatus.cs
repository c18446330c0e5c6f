using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>What is said of a route, once for each of its parents.</summary>
internal static class RouteStatus
{
    public static WantedStatus Of(JsonObject route, IEnumerable<Attachment> parents, Problem? unresolved)
    {
        var generation = route["metadata"]?["generation"].AsLong() ?? 1;
        return new WantedStatus(KeyOf(route), new JsonObject
        {
            ["parents"] = new JsonArray([.. parents.Select(parent => new JsonObject
            {
                ["parentRef"] = parent.ParentReference.DeepClone(),
                ["controllerName"] = GatewayApiTypes.Controller,
                ["conditions"] = new JsonArray(
                    ConditionList.Unless(parent.Refused, "Accepted", "Accepted", "Route was valid", generation),
                    ConditionList.Unless(unresolved, "ResolvedRefs", "ResolvedRefs", "All references resolved", generation)),
            })]),
        });
    }

    private static ResourceKey KeyOf(JsonObject route) => new(
        route.Kind() switch
        {
            "HTTPRoute" => GatewayApiTypes.HttpRoutes,
            "GRPCRoute" => GatewayApiTypes.GrpcRoutes,
            "TCPRoute" => GatewayApiTypes.TcpRoutes,
            _ => GatewayApiTypes.TlsRoutes,
        },
        route.Namespace(),
        route.Name());
}
