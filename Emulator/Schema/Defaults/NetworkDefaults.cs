using System.Text.Json.Nodes;

namespace Emulator.Schema.Defaults;

/// <summary>Defaults of Services and of what is around them.</summary>
internal static class NetworkDefaults
{
    public static void Service(JsonObject spec)
    {
        spec.DefaultText("sessionAffinity", "None");
        spec.DefaultText("type", "ClusterIP");
        if (spec.Text("sessionAffinity") == "ClientIP")
        {
            Json.Ensure(Json.Ensure(spec, "sessionAffinityConfig"), "clientIP").Default("timeoutSeconds", 10800L);
        }
        else
        {
            spec.Remove("sessionAffinityConfig");
        }

        foreach (var port in spec.Items("ports"))
        {
            port.DefaultText("protocol", "TCP");
            if (port["targetPort"]?.ToJsonString() is null or "0" or "\"\"" && port["port"] is { } number)
            {
                port["targetPort"] = number.DeepClone();
            }
        }

        var type = spec.Text("type");
        if (type is "NodePort" or "LoadBalancer" || type == "ClusterIP" && spec["externalIPs"] is JsonArray { Count: > 0 })
        {
            spec.DefaultText("externalTrafficPolicy", "Cluster");
        }

        if (type is "NodePort" or "LoadBalancer" or "ClusterIP")
        {
            spec.Default("internalTrafficPolicy", "Cluster");
        }

        if (type == "LoadBalancer")
        {
            spec.Default("allocateLoadBalancerNodePorts", true);
        }
    }

    public static void EndpointSlice(JsonObject slice)
    {
        foreach (var port in slice.Items("ports"))
        {
            port.Default("name", "");
            port.Default("protocol", "TCP");
        }
    }

    public static void Endpoints(JsonObject endpoints)
    {
        foreach (var port in endpoints.Items("subsets").SelectMany(subset => subset.Items("ports")))
        {
            port.DefaultText("protocol", "TCP");
        }
    }

    public static void NetworkPolicy(JsonObject spec)
    {
        if (spec["policyTypes"] is not JsonArray { Count: > 0 })
        {
            spec["policyTypes"] = spec["egress"] is JsonArray { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
        }

        foreach (var port in spec.Items("ingress").Concat(spec.Items("egress")).SelectMany(rule => rule.Items("ports")))
        {
            port.Default("protocol", "TCP");
        }
    }

    public static void Webhooks(JsonObject configuration, bool mutating)
    {
        foreach (var hook in configuration.Items("webhooks"))
        {
            hook.Default("failurePolicy", "Fail");
            hook.Default("matchPolicy", "Equivalent");
            hook.Default("namespaceSelector", new JsonObject());
            hook.Default("objectSelector", new JsonObject());
            hook.Default("timeoutSeconds", 10L);
            if (mutating)
            {
                hook.Default("reinvocationPolicy", "Never");
            }

            hook.Map("clientConfig").Map("service")?.Default("port", 443L);
            foreach (var rule in hook.Items("rules"))
            {
                rule.Default("scope", "*");
            }
        }
    }
}
