using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for Services.</summary>
internal static class ServiceRules
{
    private const int KubeletPort = 10250;
    private const string OnlyBalanced = "may only be used when `type` is 'LoadBalancer'";

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

        if (type == "ExternalName")
        {
            CheckAlias(spec, causes);
        }
        else
        {
            ServiceAddressRules.Check(spec, causes);
        }

        if (type is "LoadBalancer" or "NodePort" && headless)
        {
            causes.InvalidText("spec.clusterIPs[0]", "None", $"may not be set to 'None' for {type} services");
        }

        ServiceAddressRules.CheckOutside(spec, causes);
        CheckAffinity(spec, causes);
        CheckPorts(ports, type, causes);
        MetadataRules.CheckLabels(spec.Map("selector"), "spec.selector", causes);
        CheckTraffic(spec, type, causes);
    }

    /// <summary>What of a service that exists can only be set once.</summary>
    public static void CheckUpdate(JsonObject spec, JsonObject old, Causes causes)
    {
        if (spec.Text("type") == "ExternalName" || old.Text("type") == "ExternalName")
        {
            return;
        }

        var (now, before) = (spec["clusterIPs"] as JsonArray ?? [], old["clusterIPs"] as JsonArray ?? []);
        if (before.Count > 0 && now.Count == 0)
        {
            causes.Invalid("spec.clusterIPs[0]", GoLiteral.Strings(spec["clusterIPs"] as JsonArray), "primary clusterIP can not be unset");
        }
        else if (before.Count > 0 && now[0]?.ToString() != before[0]?.ToString())
        {
            causes.Invalid("spec.clusterIPs[0]", GoLiteral.Strings(now), "may not change once set");
        }

        if (spec.Text("type") == "LoadBalancer" && old.Text("type") == "LoadBalancer" && spec.Text("loadBalancerClass") != old.Text("loadBalancerClass"))
        {
            causes.Invalid("spec.loadBalancerClass", GoQuote.Text(spec.Text("loadBalancerClass") ?? "null"), "may not change once set");
        }
    }

    private static void CheckAlias(JsonObject spec, Causes causes)
    {
        foreach (var field in (string[])["clusterIPs", "ipFamilies", "ipFamilyPolicy"])
        {
            if (spec[field] is not null and not JsonArray { Count: 0 })
            {
                causes.Forbidden($"spec.{field}", "may not be set for ExternalName services");
            }
        }

        causes.Need(spec, "spec", "externalName");
        var name = spec.Text("externalName") ?? "";
        name = name.EndsWith('.') ? name[..^1] : name;
        causes.Fit("spec.externalName", name, name.Length == 0 ? null : Names.Subdomain(name));
    }

    private static void CheckAffinity(JsonObject spec, Causes causes)
    {
        causes.OneOf(spec, "spec", "sessionAffinity", "ClientIP", "None");
        if (spec.Text("sessionAffinity") == "None" && spec["sessionAffinityConfig"] is not null)
        {
            causes.Forbidden("spec.sessionAffinityConfig", "must not be set when session affinity is None");
        }

        if (spec.Map("sessionAffinityConfig").Map("clientIP")?["timeoutSeconds"].AsLong() is { } timeout && timeout is < 1 or > 86400)
        {
            causes.InvalidNumber("spec.sessionAffinityConfig.clientIP.timeoutSeconds", timeout, "must be greater than 0 and less than 86400");
        }
    }

    private static void CheckTraffic(JsonObject spec, string type, Causes causes)
    {
        if (spec["allocateLoadBalancerNodePorts"] is not null && type != "LoadBalancer")
        {
            causes.Forbidden("spec.allocateLoadBalancerNodePorts", OnlyBalanced);
        }

        if (spec.Text("loadBalancerClass") is { } choice)
        {
            if (type == "LoadBalancer")
            {
                causes.Fit("spec.loadBalancerClass", choice, Names.QualifiedName(choice));
            }
            else
            {
                causes.Forbidden("spec.loadBalancerClass", OnlyBalanced);
            }
        }

        var isOutside = type is "LoadBalancer" or "NodePort" || type == "ClusterIP" && spec["externalIPs"] is JsonArray { Count: > 0 };
        if (!isOutside && spec.Text("externalTrafficPolicy") is { Length: > 0 } policy)
        {
            causes.InvalidText("spec.externalTrafficPolicy", policy, "may only be set for externally-accessible services");
        }
        else
        {
            causes.OneOf(spec, "spec", "externalTrafficPolicy", "Cluster", "Local");
        }

        if (spec["healthCheckNodePort"].AsLong() is { } check and not 0 && !(type == "LoadBalancer" && spec.Text("externalTrafficPolicy") == "Local"))
        {
            causes.InvalidNumber("spec.healthCheckNodePort", check, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        }

        causes.OneOf(spec, "spec", "internalTrafficPolicy", "Cluster", "Local");
        causes.OneOf(spec, "spec", "trafficDistribution", "PreferClose");
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
            causes.Fit(field, port.GetValue<string>(), Names.PortName(port.GetValue<string>()));
        }
        else
        {
            causes.Fit(field, port.AsLong() ?? 0, Names.PortNumber(port.AsLong() ?? 0));
        }
    }

    private static void CheckPorts(List<JsonObject> ports, string type, Causes causes)
    {
        var names = new HashSet<string>();
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
            else
            {
                causes.Fit($"{field}.name", name, Names.Label(name));
                if (!names.Add(name))
                {
                    causes.Duplicate($"{field}.name", GoQuote.Text(name));
                }
            }

            var number = port["port"].AsLong() ?? 0;
            if (type == "LoadBalancer" && number == KubeletPort)
            {
                causes.InvalidNumber(field, number, $"may not expose port {KubeletPort} externally since it is used by kubelet");
            }

            causes.Fit($"{field}.port", number, Names.PortNumber(number));
            CheckProtocol(port, field, causes);
            CheckPortReference(port["targetPort"], $"{field}.targetPort", causes);
            if (port.Text("appProtocol") is { } protocol)
            {
                causes.Fit($"{field}.appProtocol", protocol, Names.QualifiedName(protocol));
            }
        }

        CheckTaken(ports, type, causes);
    }

    private static void CheckTaken(List<JsonObject> ports, string type, Causes causes)
    {
        var (taken, onNodes) = (new HashSet<(string?, long?)>(), new HashSet<(string?, long?)>());
        for (var at = 0; at < ports.Count; at++)
        {
            var (port, field) = (ports[at], $"spec.ports[{at}]");
            var node = port["nodePort"].AsLong() ?? 0;
            if (type == "ClusterIP" && node != 0)
            {
                causes.Forbidden($"{field}.nodePort", "may not be used when `type` is 'ClusterIP'");
            }

            if (node != 0 && !onNodes.Add((port.Text("protocol"), node)))
            {
                causes.Duplicate($"{field}.nodePort", $"{node}");
            }

            if (!taken.Add((port.Text("protocol"), port["port"].AsLong())))
            {
                causes.Duplicate(field, Printed(port));
            }
        }
    }

    /// <summary>The part of a port by which two are the same.</summary>
    private static string Printed(JsonObject port) =>
        $"core.ServicePort{{Name:\"\", Protocol:{GoQuote.Text(port.Text("protocol") ?? "")}, AppProtocol:(*string)(nil), Port:{port["port"]?.ToJsonString() ?? "0"}, "
            + "TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}, NodePort:0}";
}
