using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>What the Gateway API's objects come to: routing, the pods that gateways need, and what is said back in status.</summary>
/// <param name="Managed">Gateways whose Deployment and Service the control plane makes.</param>
internal sealed record GatewayApiPlan(
    ImmutableArray<MeshGateway> Gateways, ImmutableArray<MeshVirtualService> VirtualServices, ImmutableArray<JsonObject> Managed, ImmutableArray<WantedStatus> Statuses)
{
    public static readonly GatewayApiPlan Empty = new([], [], [], []);

    public GatewayApiPlan With(GatewayApiPlan other) => new(
        [.. Gateways, .. other.Gateways], [.. VirtualServices, .. other.VirtualServices], [.. Managed, .. other.Managed], [.. Statuses, .. other.Statuses]);
}

/// <summary>The status that an object should have; conditions are without their times.</summary>
internal sealed record WantedStatus(ResourceKey Key, JsonObject Status);
