using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>What is allowed in an object but is hardly meant.</summary>
internal static class ObjectWarnings
{
    public static IEnumerable<string> Find(ResourceDefinition definition, JsonObject node, bool isNew)
    {
        var spec = node.Map("spec") ?? [];
        return (definition.Group, definition.Kind) switch
        {
            ("", "Pod") => [.. OfName(node, isNew, "the Pod's hostname"), .. PodWarnings.Find(spec, "spec")],
            ("apps", "StatefulSet" or "DaemonSet") => OfTemplate(spec),
            ("apps", _) or ("", "ReplicationController") or ("batch", "Job") => [.. OfName(node, isNew, "Pod names and hostnames"), .. OfTemplate(spec)],
            ("", "Service") => OfService(spec),
            _ => [],
        };
    }

    private static IEnumerable<string> OfTemplate(JsonObject spec) => PodWarnings.Find(spec.Map("template").Map("spec") ?? [], "spec.template.spec");

    private static IEnumerable<string> OfName(JsonObject node, bool isNew, string use)
    {
        if (isNew && Names.Label(node.Name()) is { } fault)
        {
            yield return $"metadata.name: this is used in {use}, which can result in surprising behavior; a DNS label is recommended: [{fault.Replace('\n', ' ')}]";
        }
    }

    private static IEnumerable<string> OfService(JsonObject spec)
    {
        var hasOutside = spec["externalIPs"] is JsonArray { Count: > 0 };
        if (spec.Text("clusterIP") == "None")
        {
            if (spec.Text("loadBalancerIP") is { Length: > 0 })
            {
                yield return "spec.loadBalancerIP is ignored for headless services";
            }

            if (hasOutside)
            {
                yield return "spec.externalIPs is ignored for headless services";
            }

            if (spec.Text("sessionAffinity") != "None")
            {
                yield return "spec.SessionAffinity is ignored for headless services";
            }
        }

        var isAlias = spec.Text("type") == "ExternalName";
        if (isAlias && hasOutside)
        {
            yield return "spec.externalIPs is ignored when spec.type is \"ExternalName\"";
        }

        if (!isAlias && spec.Text("externalName") is { Length: > 0 })
        {
            yield return "spec.externalName is ignored when spec.type is not \"ExternalName\"";
        }
    }
}
