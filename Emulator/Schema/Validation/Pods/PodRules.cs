using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for pods and pod templates.</summary>
internal static class PodRules
{
    private const long DefaultGrace = 30;

    /// <param name="isPod">Whether the spec is a pod's own, and not a template's.</param>
    public static void Check(JsonObject spec, string field, bool isPod, Causes causes)
    {
        var volumes = VolumeRules.Check(spec, field, causes);
        CheckContainers(spec, field, volumes, causes);
        if (isPod)
        {
            CheckImages(spec, field, causes);
        }

        if (spec.IsTrue("hostNetwork"))
        {
            CheckHostNetwork(spec, field, isPod, causes);
        }

        causes.OneOf(spec, field, "restartPolicy", "Always", "OnFailure", "Never");
        causes.OneOf(spec, field, "dnsPolicy", "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
        MetadataRules.CheckLabels(spec.Map("nodeSelector"), $"{field}.nodeSelector", causes);
        SecurityRules.Pod(spec, field, causes);
        CheckNameResolution(spec, field, causes);
        CheckGates(spec, field, causes);
        CheckNames(spec, field, causes);
        if (spec["activeDeadlineSeconds"].AsLong() is { } deadline)
        {
            causes.Fit($"{field}.activeDeadlineSeconds", deadline, Names.Within(deadline, 1, int.MaxValue));
        }

        causes.OneOf(spec, field, "preemptionPolicy", "PreemptLowerPriority", "Never");
        PlacementRules.Check(spec, field, causes);
    }

    /// <summary>What a new pod may not have yet.</summary>
    public static void CheckCreate(JsonObject spec, Causes causes)
    {
        if (spec["ephemeralContainers"] is JsonArray { Count: > 0 })
        {
            causes.Forbidden("spec.ephemeralContainers", "cannot be set on create");
        }

        if (spec.Text("nodeName") is { Length: > 0 } && spec["schedulingGates"] is JsonArray { Count: > 0 })
        {
            causes.Forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared");
        }
    }

    private static void CheckContainers(JsonObject spec, string field, Dictionary<string, JsonObject> volumes, Causes causes)
    {
        var grace = spec["terminationGracePeriodSeconds"].AsLong() ?? DefaultGrace;
        if (spec["containers"] is not JsonArray { Count: > 0 })
        {
            causes.Required($"{field}.containers");
        }

        var names = new HashSet<string>();
        foreach (var list in (string[])["containers", "initContainers"])
        {
            var at = 0;
            foreach (var container in spec.Items(list))
            {
                var path = $"{field}.{list}[{at++}]";
                ContainerRules.Check(container, path, volumes, causes);
                CheckRole(container, isInit: list == "initContainers", path, grace, causes);
                if (!names.Add(container.Text("name") ?? "") && (list == "containers" || !string.IsNullOrEmpty(container.Text("name"))))
                {
                    causes.Duplicate($"{path}.name", GoQuote.Text(container.Text("name") ?? ""));
                }
            }
        }

        ContainerRules.CheckHostPorts(spec.Items("containers"), $"{field}.containers", causes);
        foreach (var container in spec.Items("initContainers"))
        {
            ContainerRules.CheckHostPorts([container], $"{field}.initContainers", causes);
        }
    }

    /// <summary>What only some of a pod's containers may have.</summary>
    private static void CheckRole(JsonObject container, bool isInit, string field, long grace, Causes causes)
    {
        if (!isInit && container["restartPolicy"] is not null)
        {
            causes.Forbidden($"{field}.restartPolicy", "may not be set for non-init containers");
        }
        else if (isInit)
        {
            causes.OneOf(container, field, "restartPolicy", "Always");
        }

        if (!isInit || container.Text("restartPolicy") == "Always")
        {
            ProbeRules.Check(container, field, grace, causes);
            return;
        }

        foreach (var part in (string[])["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container[part] is not null)
            {
                causes.Forbidden($"{field}.{part}", "may not be set for init containers without restartPolicy=Always");
            }
        }
    }

    private static void CheckImages(JsonObject spec, string field, Causes causes)
    {
        foreach (var list in (string[])["containers", "initContainers"])
        {
            var at = 0;
            foreach (var image in spec.Items(list).Select(container => container.Text("image") ?? ""))
            {
                if (image != image.Trim())
                {
                    causes.InvalidText($"{field}.{list}[{at}].image", image, "must not have leading or trailing whitespace");
                }

                at++;
            }
        }
    }

    private static void CheckHostNetwork(JsonObject spec, string field, bool isPod, Causes causes)
    {
        var at = 0;
        foreach (var container in spec.Items("containers"))
        {
            var item = 0;
            foreach (var port in container.Items("ports"))
            {
                var (inside, outside) = (port["containerPort"].AsLong() ?? 0, port["hostPort"].AsLong() ?? 0);
                if (inside != outside && (isPod || outside != 0))
                {
                    causes.InvalidNumber($"{field}.containers[{at}].ports[{item}].hostPort", outside, "must match `containerPort` when `hostNetwork` is true");
                }

                item++;
            }

            at++;
        }
    }

    private static void CheckNameResolution(JsonObject spec, string field, Causes causes)
    {
        var (config, path) = (spec.Map("dnsConfig"), $"{field}.dnsConfig");
        var servers = (config?["nameservers"] as JsonArray ?? []).Select(server => server?.ToString() ?? "").ToList();
        if (spec.Text("dnsPolicy") == "None" && servers.Count == 0)
        {
            causes.Required(config is null ? path : $"{path}.nameservers",
                config is null ? "must provide `dnsConfig` when `dnsPolicy` is None" : "must provide at least one DNS nameserver when `dnsPolicy` is None");
            return;
        }

        if (servers.Count > 3)
        {
            causes.Invalid($"{path}.nameservers", GoLiteral.Strings(config!["nameservers"] as JsonArray), "must not have more than 3 nameservers");
        }

        for (var at = 0; at < servers.Count; at++)
        {
            causes.Fit($"{path}.nameservers[{at}]", servers[at], Names.Address(servers[at]));
        }

        var searched = 0;
        foreach (var domain in (config?["searches"] as JsonArray ?? []).Select(domain => domain?.ToString() ?? ""))
        {
            var name = domain.EndsWith('.') ? domain[..^1] : domain;
            causes.Fit($"{path}.searches[{searched++}]", name, Names.Subdomain(name));
        }

        var alias = 0;
        foreach (var host in spec.Items("hostAliases"))
        {
            causes.Fit($"{field}.hostAliases[{alias}].ip", host.Text("ip") ?? "", Names.Address(host.Text("ip") ?? ""));
            var item = 0;
            foreach (var name in (host["hostnames"] as JsonArray ?? []).Select(name => name?.ToString() ?? ""))
            {
                causes.Fit($"{field}.hostAliases[{alias}].hostnames[{item++}]", name, Names.Subdomain(name));
            }

            alias++;
        }
    }

    private static void CheckGates(JsonObject spec, string field, Causes causes)
    {
        var at = 0;
        foreach (var type in spec.Items("readinessGates").Select(gate => gate.Text("conditionType") ?? ""))
        {
            causes.Fit($"{field}.readinessGates[{at++}].conditionType", type, Names.QualifiedName(type));
        }

        var seen = new HashSet<string>();
        at = 0;
        foreach (var name in spec.Items("schedulingGates").Select(gate => gate.Text("name") ?? ""))
        {
            var path = $"{field}.schedulingGates[{at++}]";
            causes.Fit(path, name, Names.QualifiedName(name));
            if (!seen.Add(name))
            {
                causes.Duplicate(path, GoQuote.Text(name));
            }
        }
    }

    private static void CheckNames(JsonObject spec, string field, Causes causes)
    {
        foreach (var (name, rule) in ((string, Func<string, string?>)[])[
            ("serviceAccountName", Names.Subdomain), ("nodeName", Names.Subdomain), ("hostname", Names.Label), ("subdomain", Names.Label),
            ("priorityClassName", Names.Subdomain), ("runtimeClassName", Names.Subdomain)])
        {
            if (spec.Text(name) is { Length: > 0 } value)
            {
                causes.Fit($"{field}.{name}", value, rule(value));
            }
        }
    }
}
