using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for pods and pod templates.</summary>
internal static class PodRules
{
    private const string UpdateRefusal =
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
        + "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    public static void Check(JsonObject spec, string field, Causes causes)
    {
        var volumes = CheckVolumes(spec, field, causes);
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
                ContainerRules.Check(container, path, names, volumes, causes);
                CheckRole(container, isInit: list == "initContainers", path, causes);
            }
        }

        if (spec.Text("restartPolicy") is not ("Always" or "OnFailure" or "Never"))
        {
            causes.NotSupported($"{field}.restartPolicy", spec.Text("restartPolicy") ?? "", "Always", "OnFailure", "Never");
        }

        if (spec.Text("dnsPolicy") is not ("ClusterFirst" or "ClusterFirstWithHostNet" or "Default" or "None"))
        {
            causes.NotSupported($"{field}.dnsPolicy", spec.Text("dnsPolicy") ?? "", "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None");
        }

        MetadataRules.CheckLabels(spec.Map("nodeSelector"), $"{field}.nodeSelector", causes);
        if (spec.Text("serviceAccountName") is { Length: > 0 } account && Names.Subdomain(account) is { } wrongAccount)
        {
            causes.InvalidText($"{field}.serviceAccountName", account, wrongAccount);
        }

        foreach (var name in (string[])["hostname", "subdomain"])
        {
            if (spec.Text(name) is { Length: > 0 } host && Names.Label(host) is { } wrongHost)
            {
                causes.InvalidText($"{field}.{name}", host, wrongHost);
            }
        }

        if (spec["activeDeadlineSeconds"].AsLong() is < 1 and var deadline)
        {
            causes.InvalidNumber($"{field}.activeDeadlineSeconds", deadline, "must be between 1 and 2147483647, inclusive");
        }

        if (spec.Text("nodeName") is { Length: > 0 } node && Names.Subdomain(node) is { } wrongNode)
        {
            causes.InvalidText($"{field}.nodeName", node, wrongNode);
        }

        if (spec.Text("dnsPolicy") == "None" && spec.Map("dnsConfig")?["nameservers"] is not JsonArray { Count: > 0 })
        {
            causes.Required(spec.Map("dnsConfig") is null ? $"{field}.dnsConfig" : $"{field}.dnsConfig.nameservers",
                spec.Map("dnsConfig") is null ? "must provide `dnsConfig` when `dnsPolicy` is None" : "must provide at least one DNS nameserver when `dnsPolicy` is None");
        }

        PlacementRules.Check(spec, field, causes);
    }

    /// <summary>What only some of a pod's containers may have.</summary>
    private static void CheckRole(JsonObject container, bool isInit, string field, Causes causes)
    {
        if (!isInit)
        {
            if (container["restartPolicy"] is not null)
            {
                causes.Forbidden($"{field}.restartPolicy", "may not be set for non-init containers");
            }

            return;
        }

        if (container.Text("restartPolicy") == "Always")
        {
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

    /// <summary>What a new pod may not have yet.</summary>
    public static void CheckCreate(JsonObject spec, Causes causes)
    {
        if (spec["ephemeralContainers"] is JsonArray { Count: > 0 })
        {
            causes.Forbidden("spec.ephemeralContainers", "cannot be set on create");
        }
    }

    /// <summary>Of a pod that exists only a few fields can be changed.</summary>
    public static void CheckUpdate(JsonObject spec, JsonObject old, Causes causes)
    {
        foreach (var list in (string[])["containers", "initContainers"])
        {
            if (spec.Items(list).Count() != old.Items(list).Count())
            {
                causes.Forbidden($"spec.{list}", "pod updates may not add or remove containers");
                return;
            }
        }

        CheckDeadline(spec["activeDeadlineSeconds"].AsLong(), old["activeDeadlineSeconds"].AsLong(), causes);
        PlacementRules.CheckAdded(spec, old, causes);
        if (JsonNode.DeepEquals(Fixed(spec), Fixed(old)))
        {
            return;
        }

        // Binding a pod to a node is what a scheduler does; nobody else gives a pod its node.
        if (old.Text("nodeName") is null or "" && spec.Text("nodeName") is { Length: > 0 })
        {
            var bound = (JsonObject)spec.DeepClone();
            bound.Remove("nodeName");
            if (JsonNode.DeepEquals(Fixed(bound), Fixed(old)))
            {
                return;
            }
        }

        causes.Forbidden("spec", UpdateRefusal);
    }

    private static void CheckDeadline(long? wanted, long? before, Causes causes)
    {
        if (before is null)
        {
            return;
        }

        if (wanted is null)
        {
            causes.Invalid("spec.activeDeadlineSeconds", "null", "must not update from a positive integer to nil value");
        }
        else if (wanted > before)
        {
            causes.InvalidNumber("spec.activeDeadlineSeconds", wanted.Value, "must be less than or equal to previous value");
        }
    }

    private static JsonObject Fixed(JsonObject spec)
    {
        var copy = (JsonObject)spec.DeepClone();
        foreach (var container in copy.Items("containers").Concat(copy.Items("initContainers")))
        {
            container.Remove("image");
        }

        foreach (var field in (string[])["activeDeadlineSeconds", "tolerations", "schedulingGates", "ephemeralContainers"])
        {
            copy.Remove(field);
        }

        return copy;
    }

    private static HashSet<string> CheckVolumes(JsonObject spec, string field, Causes causes)
    {
        var names = new HashSet<string>();
        var at = 0;
        foreach (var volume in spec.Items("volumes"))
        {
            var path = $"{field}.volumes[{at++}]";
            var name = volume.Text("name") ?? "";
            if (name.Length == 0)
            {
                causes.Required($"{path}.name");
            }
            else if (Names.Label(name) is { } wrong)
            {
                causes.InvalidText($"{path}.name", name, wrong);
            }
            else if (!names.Add(name))
            {
                causes.Duplicate($"{path}.name", GoQuote.Text(name));
            }

            foreach (var extra in volume.Select(source => source.Key).Where(key => key != "name").Skip(1))
            {
                causes.Forbidden($"{path}.{extra}", "may not specify more than 1 volume type");
            }

            foreach (var source in (string[])["secret", "configMap", "downwardAPI"])
            {
                CheckItems(volume.Map(source), keyed: source != "downwardAPI", $"{path}.{source}", causes);
            }

            RequireText(volume.Map("secret"), "secretName", $"{path}.secret", causes);
            RequireText(volume.Map("configMap"), "name", $"{path}.configMap", causes);
            RequireText(volume.Map("hostPath"), "path", $"{path}.hostPath", causes);
            RequireText(volume.Map("persistentVolumeClaim"), "claimName", $"{path}.persistentVolumeClaim", causes);
        }

        return names;
    }

    private static void CheckItems(JsonObject? source, bool keyed, string field, Causes causes)
    {
        if (source?["defaultMode"].AsLong() is { } mode && mode is < 0 or > 511)
        {
            causes.InvalidNumber($"{field}.defaultMode", mode, "must be a number between 0 and 0777 (octal), both inclusive");
        }

        var at = 0;
        foreach (var item in source.Items("items"))
        {
            var path = $"{field}.items[{at++}]";
            if (keyed && string.IsNullOrEmpty(item.Text("key")))
            {
                causes.Required($"{path}.key");
            }

            var place = item.Text("path") ?? "";
            if (place.Length == 0)
            {
                causes.Required($"{path}.path");
            }
            else if (Names.LocalPath(place) is { } wrong)
            {
                causes.InvalidText($"{path}.path", place, wrong);
            }
        }
    }

    private static void RequireText(JsonObject? owner, string name, string field, Causes causes)
    {
        if (owner is not null && string.IsNullOrEmpty(owner.Text(name)))
        {
            causes.Required($"{field}.{name}");
        }
    }
}
