using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for one container of a pod.</summary>
internal static class ContainerRules
{
    private static readonly string[] Handlers = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

    public static void Check(JsonObject container, string field, HashSet<string> names, HashSet<string> volumes, Causes causes)
    {
        var name = container.Text("name") ?? "";
        if (name.Length == 0)
        {
            causes.Required($"{field}.name");
        }
        else if (Names.Label(name) is { } wrong)
        {
            causes.InvalidText($"{field}.name", name, wrong);
        }
        else if (!names.Add(name))
        {
            causes.Duplicate($"{field}.name", GoQuote.Text(name));
        }

        var image = container.Text("image") ?? "";
        if (image.Length == 0)
        {
            causes.Required($"{field}.image");
        }
        else if (image != image.Trim())
        {
            causes.InvalidText($"{field}.image", image, "must not have leading or trailing whitespace");
        }

        if (container.Text("imagePullPolicy") is { Length: > 0 } policy && policy is not ("Always" or "IfNotPresent" or "Never"))
        {
            causes.NotSupported($"{field}.imagePullPolicy", policy, "Always", "IfNotPresent", "Never");
        }

        if (container.Text("terminationMessagePolicy") is { Length: > 0 } message && message is not ("File" or "FallbackToLogsOnError"))
        {
            causes.NotSupported($"{field}.terminationMessagePolicy", message, "File", "FallbackToLogsOnError");
        }

        foreach (var hook in (string[])["postStart", "preStop"])
        {
            CheckHandlers(container.Map("lifecycle").Map(hook), $"{field}.lifecycle.{hook}", causes);
        }

        if (container.Map("securityContext") is { } security)
        {
            CheckSecurity(security, $"{field}.securityContext", causes);
        }

        CheckPorts(container, field, causes);
        EnvironmentRules.CheckSources(container, field, causes);
        CheckEnvironment(container, field, causes);
        CheckMounts(container, field, volumes, causes);
        CheckResources(container.Map("resources"), $"{field}.resources", causes);
        foreach (var probe in (string[])["livenessProbe", "readinessProbe", "startupProbe"])
        {
            CheckProbe(container.Map(probe), $"{field}.{probe}", probe != "readinessProbe", causes);
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
                    causes.InvalidText($"{path}.name", name, wrong);
                }
                else if (!names.Add(name))
                {
                    causes.Duplicate($"{path}.name", GoQuote.Text(name));
                }
            }

            var number = port["containerPort"].AsLong() ?? 0;
            if (number == 0)
            {
                causes.Required($"{path}.containerPort");
            }
            else if (number is < 1 or > 65535)
            {
                causes.InvalidNumber($"{path}.containerPort", number, "must be between 1 and 65535, inclusive");
            }

            if (port["hostPort"].AsLong() is { } host && host is not 0 and (< 1 or > 65535))
            {
                causes.InvalidNumber($"{path}.hostPort", host, "must be between 1 and 65535, inclusive");
            }

            ServiceRules.CheckProtocol(port, path, causes);
        }
    }

    private static void CheckEnvironment(JsonObject container, string field, Causes causes)
    {
        var at = 0;
        foreach (var variable in container.Items("env"))
        {
            var path = $"{field}.env[{at++}]";
            var name = variable.Text("name") ?? "";
            if (name.Length == 0)
            {
                causes.Required($"{path}.name");
            }
            else if (Names.EnvironmentName(name) is { } wrong)
            {
                causes.InvalidText($"{path}.name", name, wrong);
            }

            if (variable.Map("valueFrom") is { } source)
            {
                EnvironmentRules.CheckReferences(source, $"{path}.valueFrom", causes);
                if (source.Count == 0)
                {
                    causes.InvalidText($"{path}.valueFrom", "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
                }
                else if (!string.IsNullOrEmpty(variable.Text("value")))
                {
                    causes.InvalidText($"{path}.valueFrom", "", "may not be specified when `value` is not empty");
                }
                else if (source.Count > 1)
                {
                    causes.InvalidText($"{path}.valueFrom", "", "may not have more than one field specified at a time");
                }
            }
        }
    }

    private static void CheckMounts(JsonObject container, string field, HashSet<string> volumes, Causes causes)
    {
        var paths = new HashSet<string>();
        var at = 0;
        foreach (var mount in container.Items("volumeMounts"))
        {
            var path = $"{field}.volumeMounts[{at++}]";
            var name = mount.Text("name") ?? "";
            if (name.Length == 0)
            {
                causes.Required($"{path}.name");
            }
            else if (!volumes.Contains(name))
            {
                causes.NotFound($"{path}.name", name);
            }

            var place = mount.Text("mountPath") ?? "";
            if (place.Length == 0)
            {
                causes.Required($"{path}.mountPath");
            }
            else if (!paths.Add(place))
            {
                causes.InvalidText($"{path}.mountPath", place, "must be unique");
            }
        }
    }

    private static void CheckResources(JsonObject? resources, string field, Causes causes)
    {
        foreach (var kind in (string[])["limits", "requests"])
        {
            foreach (var (name, amount) in resources.Map(kind) ?? [])
            {
                if (EnvironmentRules.ResourceName(name) is { } wrongs)
                {
                    foreach (var wrong in wrongs)
                    {
                        causes.InvalidText($"{field}.{kind}[{name}]", name, wrong);
                    }
                }

                if (amount?.ToString() is ['-', ..] negative)
                {
                    causes.InvalidText($"{field}.{kind}[{name}]", negative, "must be greater than or equal to 0");
                }
            }
        }

        foreach (var (name, request) in resources.Map("requests") ?? [])
        {
            if (resources.Map("limits")?[name] is { } limit && Amount(request) > Amount(limit))
            {
                causes.InvalidText($"{field}.requests", request!.ToString(), $"must be less than or equal to {name} limit of {limit}");
            }
        }
    }

    private static double Amount(JsonNode? quantity) => Decoding.Quantity.Value(quantity?.ToString() ?? "0");

    private static void CheckProbe(JsonObject? probe, string field, bool onceOnly, Causes causes)
    {
        if (probe is null)
        {
            return;
        }

        CheckHandlers(probe, field, causes);

        foreach (var number in (string[])["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"])
        {
            if (probe[number].AsLong() is < 0 and var negative)
            {
                causes.InvalidNumber($"{field}.{number}", negative, "must be greater than or equal to 0");
            }
        }

        if (onceOnly && probe["successThreshold"].AsLong() is > 1 and var threshold)
        {
            causes.InvalidNumber($"{field}.successThreshold", threshold, "must be 1");
        }

    }

    private static void CheckHandlers(JsonObject? action, string field, Causes causes)
    {
        if (action is null)
        {
            return;
        }

        var handlers = Handlers.Where(handler => action[handler] is not null).ToList();
        if (handlers.Count == 0)
        {
            causes.Required(field, "must specify a handler type");
        }

        foreach (var extra in handlers.Skip(1))
        {
            causes.Forbidden($"{field}.{extra}", "may not specify more than 1 handler type");
        }

        if (action.Map("exec") is { } exec && exec["command"] is not JsonArray { Count: > 0 })
        {
            causes.Required($"{field}.exec.command");
        }

        if (action.Map("httpGet") is { } get && get.Text("scheme") is { Length: > 0 } scheme && scheme is not ("HTTP" or "HTTPS"))
        {
            causes.NotSupported($"{field}.httpGet.scheme", scheme, "HTTP", "HTTPS");
        }

        foreach (var handler in (string[])["httpGet", "tcpSocket"])
        {
            if (action.Map(handler) is { } target)
            {
                ServiceRules.CheckPortReference(target["port"], $"{field}.{handler}.port", causes);
            }
        }
    }

    private static void CheckSecurity(JsonObject security, string field, Causes causes)
    {
        foreach (var id in (string[])["runAsUser", "runAsGroup"])
        {
            if (security[id].AsLong() is { } number && number is < 0 or > int.MaxValue)
            {
                causes.InvalidNumber($"{field}.{id}", number, "must be between 0 and 2147483647, inclusive");
            }
        }

        if (security["allowPrivilegeEscalation"] is JsonValue allowed && allowed.TryGetValue<bool>(out var escalates) && !escalates && security.IsTrue("privileged"))
        {
            causes.Invalid(field, GoValue.Print(security), "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        }
    }
}
