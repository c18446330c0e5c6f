using System.Text.Json.Nodes;
using Emulator.Schema.Decoding;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>The rules for a container's environment and what it refers to.</summary>
internal static class EnvironmentRules
{
    private static readonly string[] Fields =
    [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP",
        "status.podIPs",
    ];

    private static readonly string[] OtherFields =
        ["metadata.annotations", "metadata.labels", "spec.host", "spec.restartPolicy", "spec.schedulerName", "status.phase"];

    private static readonly string[] Resources =
        ["limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"];

    private static readonly string[] Sizes = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

    public static void Check(JsonObject container, string field, Causes causes)
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
            else
            {
                causes.Fit($"{path}.name", name, Names.EnvironmentName(name));
            }

            if (variable.Map("valueFrom") is { } source)
            {
                CheckSource(variable, source, $"{path}.valueFrom", causes);
            }
        }

        CheckLists(container, field, causes);
    }

    /// <param name="allowed">The fields that can be asked for here.</param>
    public static void CheckField(JsonObject reference, string field, string[] allowed, Causes causes)
    {
        var path = reference.Text("fieldPath") ?? "";
        var start = path.EndsWith(']') ? path.IndexOf('[', StringComparison.Ordinal) : -1;
        var plain = start < 0 ? path.Split('[')[0] : path[..start];
        var isKnown = Fields.Contains(path) || OtherFields.Contains(start < 0 ? path : plain) || start > 0 && Fields.Contains(plain);
        if (path.Length == 0)
        {
            causes.Required($"{field}.fieldPath");
        }
        else if (!isKnown)
        {
            causes.InvalidText($"{field}.fieldPath", path, $"error converting fieldPath: field label not supported: {path}");
        }
        else if (start > 0 && plain is "metadata.labels" or "metadata.annotations")
        {
            var key = path[(start + 1)..^1].Trim('\'', '"');
            causes.Fit(field, plain is "metadata.labels" ? key : key.ToLowerInvariant(), Names.QualifiedName(plain is "metadata.labels" ? key : key.ToLowerInvariant()));
        }
        else if (start > 0)
        {
            causes.InvalidText(field, plain, "does not support subscript");
        }
        else if (!allowed.Contains(path))
        {
            causes.NotSupported($"{field}.fieldPath", path, allowed);
        }
    }

    public static void CheckResource(JsonObject reference, string field, bool inVolume, Causes causes)
    {
        var name = reference.Text("resource") ?? "";
        if (inVolume && string.IsNullOrEmpty(reference.Text("containerName")))
        {
            causes.Required($"{field}.containerName");
        }
        else if (name.Length == 0)
        {
            causes.Required($"{field}.resource");
        }
        else if (!Resources.Contains(name) && !name.Contains(".hugepages-", StringComparison.Ordinal))
        {
            causes.NotSupported($"{field}.resource", name, Resources);
        }

        var divisor = Quantity.Canonical(reference["divisor"]?.ToString() ?? "0") ?? "0";
        if (divisor == "0")
        {
            return;
        }

        var isCpu = name.EndsWith(".cpu", StringComparison.Ordinal);
        if (isCpu && divisor is not ("1" or "1m"))
        {
            causes.InvalidText($"{field}.divisor", name, "only divisor's values 1m and 1 are supported with the cpu resource");
        }
        else if (!isCpu && !Sizes.Contains(divisor))
        {
            var kind = name.EndsWith(".memory", StringComparison.Ordinal) ? "memory" : name.EndsWith("storage", StringComparison.Ordinal) ? "local ephemeral storage" : "hugepages";
            causes.InvalidText($"{field}.divisor", name, $"only divisor's values {string.Join(", ", Sizes)} are supported with the {kind} resource");
        }
    }

    private static void CheckSource(JsonObject variable, JsonObject source, string field, Causes causes)
    {
        if (source.Map("fieldRef") is { } reference)
        {
            CheckField(reference, $"{field}.fieldRef", Fields, causes);
        }

        if (source.Map("resourceFieldRef") is { } resource)
        {
            CheckResource(resource, $"{field}.resourceFieldRef", inVolume: false, causes);
        }

        foreach (var kind in (string[])["configMapKeyRef", "secretKeyRef"])
        {
            if (source.Map(kind) is { } selector)
            {
                var (name, key) = (selector.Text("name") ?? "", selector.Text("key") ?? "");
                causes.Fit($"{field}.{kind}.name", name, Names.Subdomain(name));
                causes.Need(selector, $"{field}.{kind}", "key");
                causes.Fit($"{field}.{kind}.key", key, key.Length == 0 ? null : Names.ConfigKey(key));
            }
        }

        if (source.Count == 0)
        {
            causes.InvalidText(field, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        }
        else if (!string.IsNullOrEmpty(variable.Text("value")))
        {
            causes.InvalidText(field, "", "may not be specified when `value` is not empty");
        }
        else if (source.Count > 1)
        {
            causes.InvalidText(field, "", "may not have more than one field specified at a time");
        }
    }

    private static void CheckLists(JsonObject container, string field, Causes causes)
    {
        var at = 0;
        foreach (var source in container.Items("envFrom"))
        {
            var path = $"{field}.envFrom[{at++}]";
            if (source.Text("prefix") is { Length: > 0 } prefix)
            {
                causes.Fit($"{path}.prefix", prefix, Names.EnvironmentName(prefix));
            }

            var references = ((string[])["configMapRef", "secretRef"]).Where(kind => source[kind] is JsonObject).ToList();
            foreach (var kind in references)
            {
                var name = source.Map(kind)!.Text("name") ?? "";
                causes.Need(source.Map(kind), $"{path}.{kind}", "name");
                causes.Fit($"{path}.{kind}.name", name, name.Length == 0 ? null : Names.Subdomain(name));
            }

            if (references.Count != 1)
            {
                causes.InvalidText($"{field}.envFrom", "",
                    references.Count == 0 ? "must specify one of: `configMapRef` or `secretRef`" : "may not have more than one field specified at a time");
            }
        }
    }
}
