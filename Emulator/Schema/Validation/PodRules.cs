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
        foreach (var list in (string[])["initContainers", "containers"])
        {
            var at = 0;
            foreach (var container in spec.Items(list))
            {
                ContainerRules.Check(container, $"{field}.{list}[{at++}]", names, volumes, causes);
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

        if (spec["terminationGracePeriodSeconds"].AsLong() is < 0 and var grace)
        {
            causes.InvalidNumber($"{field}.terminationGracePeriodSeconds", grace, "must be greater than or equal to 0");
        }

        CheckTolerations(spec, field, causes);
    }

    /// <summary>Of a pod that exists only a few fields can be changed.</summary>
    public static void CheckUpdate(JsonObject spec, JsonObject old, Causes causes)
    {
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

    private static JsonObject Fixed(JsonObject spec)
    {
        var copy = (JsonObject)spec.DeepClone();
        foreach (var container in copy.Items("containers").Concat(copy.Items("initContainers")))
        {
            container.Remove("image");
        }

        foreach (var field in (string[])["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates", "ephemeralContainers"])
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

            RequireText(volume.Map("secret"), "secretName", $"{path}.secret", causes);
            RequireText(volume.Map("configMap"), "name", $"{path}.configMap", causes);
            RequireText(volume.Map("hostPath"), "path", $"{path}.hostPath", causes);
            RequireText(volume.Map("persistentVolumeClaim"), "claimName", $"{path}.persistentVolumeClaim", causes);
        }

        return names;
    }

    private static void CheckTolerations(JsonObject spec, string field, Causes causes)
    {
        var at = 0;
        foreach (var toleration in spec.Items("tolerations"))
        {
            var path = $"{field}.tolerations[{at++}]";
            if (toleration.Text("operator") is { Length: > 0 } known && known is not ("Equal" or "Exists"))
            {
                causes.NotSupported($"{path}.operator", known, "Equal", "Exists");
            }

            if (toleration.Text("effect") is { Length: > 0 } effect && effect is not ("NoSchedule" or "PreferNoSchedule" or "NoExecute"))
            {
                causes.NotSupported($"{path}.effect", effect, "NoSchedule", "PreferNoSchedule", "NoExecute");
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
