using System.Text.Json.Nodes;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>What is said of a Gateway and its listeners, and of a GatewayClass.</summary>
internal static class GatewayStatus
{
    public static WantedStatus OfClass(JsonObject gatewayClass) => new(
        new ResourceKey(GatewayApiTypes.GatewayClasses, "", gatewayClass.Name()),
        new JsonObject
        {
            ["conditions"] = new JsonArray(
                ConditionList.Of("Accepted", true, "Accepted", "Handled by Istio controller", gatewayClass["metadata"]?["generation"].AsLong() ?? 1)),
        });

    public static WantedStatus Of(JsonObject gateway, List<Listener> listeners, GatewayPlace place)
    {
        var generation = gateway["metadata"]?["generation"].AsLong() ?? 1;
        var invalid = listeners.Where(listener => !listener.IsProgrammed || listener.Unresolved is not null).ToList();
        var addresses = place.Addresses();
        var status = new JsonObject
        {
            ["conditions"] = new JsonArray(
                ConditionList.Of(
                    "Accepted", invalid.Count < listeners.Count || listeners.Count == 0, invalid.Count == 0 ? "Accepted" : "ListenersNotValid",
                    invalid.Count == 0 ? "Resource accepted" : $"Invalid listeners: {string.Join(", ", invalid.Select(listener => listener.Name))}", generation),
                Programmed(listeners, place, addresses.Count > 0, generation)),
            ["listeners"] = new JsonArray([.. listeners.Select(listener => Of(listener, generation))]),
        };
        if (addresses.Count > 0)
        {
            status["addresses"] = addresses;
        }

        return new WantedStatus(new ResourceKey(GatewayApiTypes.Gateways, gateway.Namespace(), gateway.Name()), status);
    }

    private static JsonObject Programmed(List<Listener> listeners, GatewayPlace place, bool hasAddress, long generation)
    {
        var host = HostNames.OfService(place.Namespace, place.ServiceName);
        var ports = string.Join(" and ", listeners.Where(listener => listener.IsProgrammed).Select(listener => listener.Port).Distinct().Order().Select(port => $"{host}:{port}"));
        return ports.Length == 0 && listeners.Count > 0
            ? ConditionList.Of("Programmed", false, "Invalid", "no listener is valid", generation)
            : hasAddress
            ? ConditionList.Of("Programmed", true, "Programmed", $"Resource programmed, assigned to service(s) {ports}", generation)
            : ConditionList.Of(
                "Programmed", false, "AddressNotAssigned",
                place.Service is null ? $"Failed to assign to any requested addresses: hostname \"{host}\" not found" : $"Assigned to service(s) {ports}, but failed to assign to all requested addresses: address pending for hostname \"{host}\"",
                generation);
    }

    private static JsonObject Of(Listener listener, long generation) => new()
    {
        ["name"] = listener.Name,
        ["attachedRoutes"] = listener.AttachedRoutes,
        ["supportedKinds"] = new JsonArray([.. listener.Kinds.Select(kind => new JsonObject { ["group"] = GatewayApiTypes.Group, ["kind"] = kind })]),
        ["conditions"] = new JsonArray(
            ConditionList.Unless(listener.NotAccepted, "Accepted", "Accepted", ConditionList.NoErrors, generation),
            listener.Conflict is { } conflict
                ? ConditionList.Of("Conflicted", true, conflict.Reason, conflict.Message, generation)
                : ConditionList.Of("Conflicted", false, "NoConflicts", ConditionList.NoErrors, generation),
            ConditionList.Unless(
                listener.IsProgrammed ? null : new Problem("Invalid", (listener.NotAccepted ?? listener.Conflict ?? listener.Unresolved)!.Message),
                "Programmed", "Programmed", ConditionList.NoErrors, generation),
            ConditionList.Unless(listener.Unresolved, "ResolvedRefs", "ResolvedRefs", ConditionList.NoErrors, generation)),
    };
}
