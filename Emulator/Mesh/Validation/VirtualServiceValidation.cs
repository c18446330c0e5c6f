using System.Net;
using System.Text.Json.Nodes;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.Validation;

/// <summary>The rules of Istio's ValidateVirtualService.</summary>
internal static class VirtualServiceValidation
{
    public static void Validate(JsonObject spec, ValidationResult result)
    {
        var hosts = spec["hosts"].Texts().ToList();
        var gateways = spec["gateways"].Texts().ToList();
        if (hosts.Count == 0)
        {
            result.Require(gateways.Count == 0, "delegate virtual service must have no gateways specified");
            result.Require(spec["tls"] is not JsonArray { Count: > 0 }, "delegate virtual service must have no tls route specified");
            result.Require(spec["tcp"] is not JsonArray { Count: > 0 }, "delegate virtual service must have no tcp route specified");
        }

        foreach (var gateway in gateways)
        {
            GatewayName(gateway, result);
        }

        Hosts(hosts, onMesh: gateways.All(gateway => gateway == "mesh"), result);
        var routes = spec["http"].Items().ToList();
        result.Require(
            routes.Count > 0 || spec["tcp"] is JsonArray { Count: > 0 } || spec["tls"] is JsonArray { Count: > 0 },
            "http, tcp or tls must be provided in virtual service");
        foreach (var route in routes)
        {
            HttpRouteValidation.Validate(route, isDelegate: hosts.Count == 0, result);
        }

        Unreachable(routes, result);
    }

    public static void GatewayName(string gateway, ValidationResult result)
    {
        var parts = gateway.Split('/', 2);
        if (parts.Length < 2)
        {
            if (gateway.Contains('.'))
            {
                var old = gateway.Split('.');
                result.Warnings.Add($"using legacy gatewayName format \"{gateway}\"; prefer the <namespace>/<name> format: \"{old[1]}/{old[0]}\"");
            }

            result.Add(Names.WildcardDomain(gateway));
            return;
        }

        result.Require(parts[0].Length > 0 && parts[1].Length > 0, "config namespace and gateway name cannot be empty");
        result.Require(Names.IsLabel(parts[0]) || parts[0] == ".", $"invalid value for namespace: \"{parts[0]}\"");
        result.Require(Names.IsLabel(parts[1]), $"invalid value for gateway name: \"{parts[1]}\"");
    }

    private static void Hosts(List<string> hosts, bool onMesh, ValidationResult result)
    {
        var before = result.Errors.Count;
        foreach (var host in hosts)
        {
            if (Names.WildcardDomain(host) is { } error)
            {
                result.Add(IPAddress.TryParse(host, out _) ? null : error);
            }
            else
            {
                result.Require(!(onMesh && host == "*"), "wildcard host * is not allowed for virtual services bound to the mesh gateway");
            }
        }

        if (result.Errors.Count > before)
        {
            return;
        }

        for (var first = 0; first < hosts.Count; first++)
        {
            foreach (var second in hosts.Skip(first + 1).Where(second => HostNames.Covers(hosts[first], second) || HostNames.Covers(second, hosts[first])))
            {
                result.Errors.Add($"duplicate hosts in virtual service: {hosts[first]} & {second}");
            }
        }
    }

    /// <summary>A rule without a match takes everything, so that the rules after it are never used.</summary>
    private static void Unreachable(List<JsonObject> routes, ValidationResult result)
    {
        var takesAll = routes.FindIndex(route => route["match"] is not JsonArray { Count: > 0 });
        for (var index = takesAll + 1; takesAll >= 0 && index < routes.Count; index++)
        {
            var name = routes[index]["name"].Text() is { Length: > 0 } given ? $"\"{given}\"" : $"#{index}";
            result.Warnings.Add($"virtualService rule {name} not used (only the last rule can have no matches)");
        }
    }
}
