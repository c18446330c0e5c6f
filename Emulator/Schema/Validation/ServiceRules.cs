using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for Services.</summary>
internal static class ServiceRules
{
    public static void Check(JsonObject spec, Causes causes)
    {
        var type = spec.Text("type") ?? "";
        var headless = spec.Text("clusterIP") == "None";
        var ports = spec.Items("ports").ToList();
        if (ports.Count == 0 && !headless && type != "ExternalName")
        {
            causes.Required("spec.ports");
        }

        if (type is not ("ClusterIP" or "ExternalName" or "LoadBalancer" or "NodePort"))
        {
            causes.NotSupported("spec.type", type, "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        }

        if (type == "ExternalName" && string.IsNullOrEmpty(spec.Text("externalName")))
        {
            causes.Required("spec.externalName");
        }
        else if (type == "ExternalName" && Names.Subdomain(spec.Text("externalName")!.TrimEnd('.')) is { } wrongName)
        {
            causes.InvalidText("spec.externalName", spec.Text("externalName")!, wrongName);
        }

        if (type is "LoadBalancer" or "NodePort" && headless)
        {
            causes.InvalidText("spec.clusterIPs[0]", "None", $"may not be set to 'None' for {type} services");
        }

        CheckAddresses(spec, causes);
        if (spec.Map("sessionAffinityConfig").Map("clientIP")?["timeoutSeconds"].AsLong() is { } timeout && timeout is < 1 or > 86400)
        {
            causes.InvalidNumber("spec.sessionAffinityConfig.clientIP.timeoutSeconds", timeout, "must be greater than 0 and less than 86400");
        }

        if (spec.Text("externalTrafficPolicy") is "Local" && type is not ("LoadBalancer" or "NodePort") && spec["externalIPs"] is not JsonArray { Count: > 0 })
        {
            causes.InvalidText("spec.externalTrafficPolicy", "Local", "may only be set for externally-accessible services");
        }

        CheckPorts(ports, type, causes);
        MetadataRules.CheckLabels(spec.Map("selector"), "spec.selector", causes);
        OneOf(spec, "ipFamilyPolicy", causes, "PreferDualStack", "RequireDualStack", "SingleStack");
        OneOf(spec, "sessionAffinity", causes, "ClientIP", "None");
        OneOf(spec, "externalTrafficPolicy", causes, "Cluster", "Local");
        OneOf(spec, "internalTrafficPolicy", causes, "Cluster", "Local");
    }

    public static void CheckProtocol(JsonObject port, string field, Causes causes)
    {
        if (port.Text("protocol") is not { Length: > 0 } protocol)
        {
            causes.Required($"{field}.protocol");
        }
        else if (protocol is not ("SCTP" or "TCP" or "UDP"))
        {
            causes.NotSupported($"{field}.protocol", protocol, "SCTP", "TCP", "UDP");
        }
    }

    /// <summary>A port by number or by name.</summary>
    public static void CheckPortReference(JsonNode? port, string field, Causes causes)
    {
        if (port?.GetValueKind() is JsonValueKind.String)
        {
            if (Names.PortName(port.GetValue<string>()) is { } wrong)
            {
                causes.InvalidText(field, port.GetValue<string>(), wrong);
            }
        }
        else if (port.AsLong() is null or < 1 or > 65535)
        {
            causes.InvalidNumber(field, port.AsLong() ?? 0, "must be between 1 and 65535, inclusive");
        }
    }

    private static void CheckPorts(List<JsonObject> ports, string type, Causes causes)
    {
        var names = new HashSet<string>();
        var taken = new HashSet<(string?, long?)>();
        for (var at = 0; at < ports.Count; at++)
        {
            var port = ports[at];
            var field = $"spec.ports[{at}]";
            if (port.Text("name") is not { Length: > 0 } name)
            {
                if (ports.Count > 1)
                {
                    causes.Required($"{field}.name");
                }
            }
            else if (Names.Label(name) is { } wrong)
            {
                causes.InvalidText($"{field}.name", name, wrong);
            }
            else if (!names.Add(name))
            {
                causes.Duplicate($"{field}.name", GoQuote.Text(name));
            }

            var number = port["port"].AsLong() ?? 0;
            if (number is < 1 or > 65535)
            {
                causes.InvalidNumber($"{field}.port", number, "must be between 1 and 65535, inclusive");
            }

            CheckProtocol(port, field, causes);
            CheckPortReference(port["targetPort"], $"{field}.targetPort", causes);
            if (type == "ClusterIP" && port["nodePort"].AsLong() is > 0)
            {
                causes.Forbidden($"{field}.nodePort", "may not be used when `type` is 'ClusterIP'");
            }

            if (!taken.Add((port.Text("protocol"), number)))
            {
                causes.Duplicate(field, Printed(port));
            }
        }
    }

    private static void CheckAddresses(JsonObject spec, Causes causes)
    {
        var at = 0;
        foreach (var address in (spec["clusterIPs"] as JsonArray ?? []).Select(item => item?.ToString() ?? ""))
        {
            if (address != "None" && Names.Address(address) is { } wrong)
            {
                causes.InvalidText($"spec.clusterIPs[{at}]", address, wrong);
            }

            at++;
        }

        at = 0;
        foreach (var address in (spec["externalIPs"] as JsonArray ?? []).Select(item => item?.ToString() ?? ""))
        {
            if (Names.EndpointAddress(address) is { } wrong)
            {
                causes.InvalidText($"spec.externalIPs[{at}]", address, wrong);
            }

            at++;
        }

        at = 0;
        foreach (var range in (spec["loadBalancerSourceRanges"] as JsonArray ?? []).Select(item => item?.ToString() ?? ""))
        {
            if (Names.AddressRange(range) is { } wrong)
            {
                causes.InvalidText($"spec.loadBalancerSourceRanges[{at}]", range, wrong);
            }

            at++;
        }

        at = 0;
        foreach (var family in (spec["ipFamilies"] as JsonArray ?? []).Select(item => item?.ToString() ?? ""))
        {
            if (family == "IPv6")
            {
                causes.InvalidText($"spec.ipFamilies[{at}]", family, "not configured on this cluster");
            }
            else if (family != "IPv4")
            {
                causes.NotSupported($"spec.ipFamilies[{at}]", family, "IPv4", "IPv6");
            }

            at++;
        }
    }

    /// <summary>The part of a port by which two are the same.</summary>
    private static string Printed(JsonObject port) =>
        $"core.ServicePort{{Name:\"\", Protocol:{GoQuote.Text(port.Text("protocol") ?? "")}, AppProtocol:(*string)(nil), Port:{port["port"]?.ToJsonString() ?? "0"}, "
            + "TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}, NodePort:0}";

    private static void OneOf(JsonObject spec, string name, Causes causes, params string[] supported)
    {
        if (spec.Text(name) is { Length: > 0 } value && !supported.Contains(value))
        {
            causes.NotSupported($"spec.{name}", value, supported);
        }
    }
}
