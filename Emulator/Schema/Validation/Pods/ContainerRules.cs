using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for one container of a pod, of whichever kind.</summary>
internal static class ContainerRules
{
    /// <param name="volumes">The pod's volumes that have no fault, by name.</param>
    public static void Check(JsonObject container, string field, Dictionary<string, JsonObject> volumes, Causes causes)
    {
        var name = container.Text("name") ?? "";
        causes.Need(container, field, "name");
        causes.Fit($"{field}.name", name, name.Length == 0 ? null : Names.Label(name));
        causes.Need(container, field, "image");
        causes.OneOf(container, field, "terminationMessagePolicy", "File", "FallbackToLogsOnError");
        CheckPorts(container, field, causes);
        EnvironmentRules.Check(container, field, causes);
        CheckMounts(container, field, volumes, causes);
        CheckDevices(container, field, volumes, causes);
        causes.OneOf(container, field, "imagePullPolicy", "Always", "IfNotPresent", "Never");
        ResourceRules.Check(container.Map("resources"), $"{field}.resources", causes);
        SecurityRules.Container(container.Map("securityContext"), $"{field}.securityContext", causes);
    }

    /// <summary>Ports of the host that two of these containers want.</summary>
    public static void CheckHostPorts(IEnumerable<JsonObject> containers, string field, Causes causes)
    {
        var taken = new HashSet<string>();
        var at = 0;
        foreach (var container in containers)
        {
            var item = 0;
            foreach (var port in container.Items("ports"))
            {
                var number = port["hostPort"].AsLong() ?? 0;
                var key = $"{port.Text("protocol")}/{port.Text("hostIP")}/{number}";
                if (number != 0 && !taken.Add(key))
                {
                    causes.Duplicate($"{field}[{at}].ports[{item}].hostPort", GoQuote.Text(key));
                }

                item++;
            }

            at++;
        }
    }

    private static void CheckPorts(JsonObject container, string field, Causes causes)
    {
        var names = new HashSet<string>();
        var at = 0;
        foreach (var port in container.Items("ports"))
        {
            var path = $"{field}.ports[{at++}]";
            if (port.Text("name") is { Length: > 0 } name)
            {
                if (Names.PortName(name) is { } wrong)
                {
                    causes.Fit($"{path}.name", name, wrong);
                }
                else if (!names.Add(name))
                {
                    causes.Duplicate($"{path}.name", GoQuote.Text(name));
                }
            }

            var (number, host) = (port["containerPort"].AsLong() ?? 0, port["hostPort"].AsLong() ?? 0);
            if (number == 0)
            {
                causes.Required($"{path}.containerPort");
            }
            else
            {
                causes.Fit($"{path}.containerPort", number, Names.PortNumber(number));
            }

            causes.Fit($"{path}.hostPort", host, host == 0 ? null : Names.PortNumber(host));
            ServiceRules.CheckProtocol(port, path, causes);
        }
    }

    private static void CheckMounts(JsonObject container, string field, Dictionary<string, JsonObject> volumes, Causes causes)
    {
        var devices = container.Items("volumeDevices").ToLookup(device => device.Text("name") ?? "", device => device.Text("devicePath") ?? "");
        var paths = new HashSet<string>();
        var at = 0;
        foreach (var mount in container.Items("volumeMounts"))
        {
            var path = $"{field}.volumeMounts[{at++}]";
            var (name, place) = (mount.Text("name") ?? "", mount.Text("mountPath") ?? "");
            causes.Need(mount, path, "name");
            if (!volumes.ContainsKey(name))
            {
                causes.NotFound($"{path}.name", name);
            }

            causes.Need(mount, path, "mountPath");
            if (!paths.Add(place))
            {
                causes.InvalidText($"{path}.mountPath", place, "must be unique");
            }

            if (devices.Contains(name))
            {
                causes.InvalidText($"{path}.name", name, "must not already exist in volumeDevices");
            }

            if (devices.Any(device => device.Contains(place)))
            {
                causes.InvalidText($"{path}.mountPath", place, "must not already exist as a path in volumeDevices");
            }

            CheckParts(container, mount, path, $"{field}.volumeMounts", causes);
        }
    }

    /// <param name="list">The list of mounts: the real server blames it, not the mount, for some faults.</param>
    private static void CheckParts(JsonObject container, JsonObject mount, string path, string list, Causes causes)
    {
        foreach (var part in (string[])["subPath", "subPathExpr"])
        {
            if (mount.Text(part) is { Length: > 0 } within)
            {
                if (part == "subPathExpr" && mount.Text("subPath") is { Length: > 0 })
                {
                    causes.InvalidText($"{path}.subPathExpr", within, "subPathExpr and subPath are mutually exclusive");
                }

                VolumeRules.CheckDescending(within, $"{list}.{part}", causes);
            }
        }

        causes.OneOf(mount, list, "mountPropagation", "Bidirectional", "HostToContainer", "None");
        if (mount.Text("mountPropagation") == "Bidirectional" && container.Map("securityContext")?.IsTrue("privileged") != true)
        {
            causes.Forbidden($"{list}.mountPropagation", "Bidirectional mount propagation is available only to privileged containers");
        }

        causes.OneOf(mount, list, "recursiveReadOnly", "Disabled", "Enabled", "IfPossible");
        if (mount.Text("recursiveReadOnly") is "Enabled" or "IfPossible" && !mount.IsTrue("readOnly"))
        {
            causes.Forbidden($"{list}.recursiveReadOnly", "may only be specified when readOnly is true");
        }
    }

    private static void CheckDevices(JsonObject container, string field, Dictionary<string, JsonObject> volumes, Causes causes)
    {
        var at = 0;
        foreach (var device in container.Items("volumeDevices"))
        {
            var path = $"{field}.volumeDevices[{at++}]";
            var name = device.Text("name") ?? "";
            causes.Need(device, path, "name");
            if (!volumes.TryGetValue(name, out var volume))
            {
                causes.NotFound($"{path}.name", name);
            }
            else if (volume["persistentVolumeClaim"] is null && volume["ephemeral"] is null)
            {
                causes.InvalidText($"{path}.name", name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
            }

            causes.Need(device, path, "devicePath");
        }
    }
}
