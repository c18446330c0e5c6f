using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>Which pods serve a Gateway, and where they are reached.</summary>
/// <param name="Service">The Service in front of the pods; null where there is none (yet).</param>
internal sealed record GatewayPlace(string Namespace, string ServiceName, JsonObject? Service, ImmutableDictionary<string, string> Selector)
{
    /// <summary>Whether the control plane makes the Gateway's pods; an address that names a Service says that they are there already.</summary>
    public static bool IsManaged(JsonObject gateway) => NamedService(gateway) is null;

    public static GatewayPlace Of(JsonObject gateway, MeshInputs inputs)
    {
        var (ns, name) = NamedService(gateway) ?? (gateway.Namespace(), GatewayDeployment.Name(gateway));
        var service = inputs.Local.Services.FirstOrDefault(item => item.Namespace() == ns && item.Name() == name);
        return new GatewayPlace(
            ns, name, service,
            IsManaged(gateway)
                ? ImmutableDictionary<string, string>.Empty.Add(GatewayApiTypes.GatewayNameLabel, gateway.Name())
                : service?["spec"]?["selector"].Map().ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty.Add(GatewayApiTypes.GatewayNameLabel, gateway.Name()));
    }

    /// <summary>The addresses for the status; those from outside if the Service is to have any.</summary>
    public JsonArray Addresses()
    {
        if (Service?["spec"]?["type"].Text() != "LoadBalancer")
        {
            return Service is null ? [] : [new JsonObject { ["type"] = "Hostname", ["value"] = HostNames.OfService(Namespace, ServiceName) }];
        }

        return new JsonArray([.. Service["status"]?["loadBalancer"]?["ingress"].Items().Select(ingress => ingress["ip"].Text()).OfType<string>()
            .Select(ip => new JsonObject { ["type"] = "IPAddress", ["value"] = ip }) ?? []]);
    }

    private static (string Namespace, string Name)? NamedService(JsonObject gateway) =>
        gateway["spec"]?["addresses"].Items().FirstOrDefault(address => address["type"].Text() is "Hostname")?["value"].Text()?.Split('.') is { } parts
            ? (parts.Length > 1 ? parts[1] : gateway.Namespace(), parts[0])
            : null;
}
