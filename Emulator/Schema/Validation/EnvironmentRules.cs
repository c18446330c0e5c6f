using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>The rules for what a container's environment refers to, and for the names of its resources.</summary>
internal static class EnvironmentRules
{
    private static readonly string[] Fields =
    [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP",
        "status.podIPs",
    ];

    private static readonly string[] OtherFields =
        ["metadata.annotations", "metadata.labels", "spec.host", "spec.restartPolicy", "spec.schedulerName", "status.phase"];

    private static readonly string[] Resources = ["cpu", "memory", "ephemeral-storage"];

    public static void CheckReferences(JsonObject source, string field, Causes causes)
    {
        if (source.Map("fieldRef") is { } reference)
        {
            CheckField(reference.Text("fieldPath") ?? "", $"{field}.fieldRef.fieldPath", causes);
        }

        foreach (var kind in (string[])["configMapKeyRef", "secretKeyRef"])
        {
            if (source.Map(kind) is not { } selector)
            {
                continue;
            }

            if (Names.Subdomain(selector.Text("name") ?? "") is { } wrongName)
            {
                causes.InvalidText($"{field}.{kind}.name", selector.Text("name") ?? "", wrongName);
            }

            var key = selector.Text("key") ?? "";
            if (key.Length == 0)
            {
                causes.Required($"{field}.{kind}.key");
            }
            else if (Names.ConfigKey(key) is { } wrongKey)
            {
                causes.InvalidText($"{field}.{kind}.key", key, wrongKey);
            }
        }
    }

    public static void CheckSources(JsonObject container, string field, Causes causes)
    {
        var at = 0;
        foreach (var source in container.Items("envFrom"))
        {
            var path = $"{field}.envFrom[{at++}]";
            var references = ((string[])["configMapRef", "secretRef"]).Where(kind => source[kind] is JsonObject).ToList();
            foreach (var kind in references)
            {
                var name = source.Map(kind)!.Text("name") ?? "";
                if (name.Length == 0)
                {
                    causes.Required($"{path}.{kind}.name");
                }
                else if (Names.Subdomain(name) is { } wrong)
                {
                    causes.InvalidText($"{path}.{kind}.name", name, wrong);
                }
            }

            if (references.Count != 1)
            {
                causes.InvalidText($"{field}.envFrom", "",
                    references.Count == 0 ? "must specify one of: `configMapRef` or `secretRef`" : "may not have more than one field specified at a time");
            }
        }
    }

    /// <summary>Why a container cannot have a resource of this name; null when it can.</summary>
    public static IReadOnlyList<string>? ResourceName(string name) =>
        name.Contains('/') || Resources.Contains(name) || name.StartsWith("hugepages-", StringComparison.Ordinal) ? null
        : ["must be a standard resource type or fully qualified", "must be a standard resource for containers"];

    private static void CheckField(string path, string field, Causes causes)
    {
        var isSubscripted = path.Contains('[') && path.EndsWith(']');
        var plain = isSubscripted ? path[..path.IndexOf('[', StringComparison.Ordinal)] : path;
        if (path.Length == 0)
        {
            causes.Required(field);
        }
        else if (isSubscripted && plain is "metadata.labels" or "metadata.annotations")
        {
            return;
        }
        else if (!Fields.Contains(path) && !OtherFields.Contains(plain))
        {
            causes.InvalidText(field, path, $"error converting fieldPath: field label not supported: {path}");
        }
        else if (!Fields.Contains(path))
        {
            causes.NotSupported(field, path, Fields);
        }
    }
}
