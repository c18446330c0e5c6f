using System.Text.Json.Nodes;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>Objects of the Gateway API as gateways and virtual services of the mesh, without side effects.</summary>
internal static class GatewayApiConversion
{
    public static GatewayApiPlan Convert(MeshInputs inputs, IReadOnlyDictionary<string, MeshService> services, List<Finding> findings)
    {
        var objects = inputs.GatewayApi;
        if (objects.Classes.Count == 0 && objects.Gateways.Count == 0 && objects.Routes.Count == 0)
        {
            return GatewayApiPlan.Empty;
        }

        var grants = new Grants(objects.Grants);
        var ours = objects.Classes.Where(item => item["spec"]?["controllerName"].Text() == GatewayApiTypes.Controller).ToList();
        var classes = ours.Select(item => item.Name()).ToHashSet();
        var gateways = objects.Gateways.Where(gateway => IsOurs(gateway, classes, findings)).OrderBy(Age.Key).ToList();
        var conversion = new ListenerConversion(inputs, grants);
        var listeners = gateways.ToDictionary(gateway => gateway, conversion.Convert);
        var routing = new RouteTables(services, grants, listeners.Values.SelectMany(list => list).ToList());
        List<WantedStatus> statuses = [.. ours.Select(GatewayStatus.OfClass)];
        foreach (var route in objects.Routes.OrderBy(Age.Key))
        {
            if (routing.Add(route) is { } status)
            {
                statuses.Add(status);
            }
        }

        var meshGateways = new List<MeshGateway>();
        foreach (var gateway in gateways)
        {
            var place = GatewayPlace.Of(gateway, inputs);
            statuses.Add(GatewayStatus.Of(gateway, listeners[gateway], place));
            meshGateways.AddRange(listeners[gateway].Where(listener => listener.IsProgrammed).Select(listener => ToMesh(listener, place)));
        }

        return new GatewayApiPlan(
            [.. meshGateways], [.. routing.VirtualServices()], [.. gateways.Where(GatewayPlace.IsManaged)], [.. statuses]);
    }

    private static bool IsOurs(JsonObject gateway, HashSet<string> classes, List<Finding> findings)
    {
        var name = gateway["spec"]?["gatewayClassName"].Text() ?? "";
        if (!classes.Contains(name))
        {
            findings.Add(Finding.In(
                gateway, "NotInEmbeddedMode", "Warning",
                $"no controller of this cluster acts on GatewayClass \"{name}\": use {string.Join(" or ", classes.DefaultIfEmpty(GatewayApiTypes.ClassName).Order())}"));
        }

        return classes.Contains(name) && !gateway.IsDeleting();
    }

    private static MeshGateway ToMesh(Listener listener, GatewayPlace place) => new(
        listener.Gateway.Namespace(),
        listener.MeshName,
        place.Selector,
        [new MeshGatewayServer(listener.Port, listener.Protocol, [listener.Host], listener.Tls)])
    {
        PodNamespace = place.Namespace,
    };
}
