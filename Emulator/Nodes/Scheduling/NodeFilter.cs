using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Why a pod cannot run on a node, in the scheduler's own words; null when it can.</summary>
internal static class NodeFilter
{
    public static string? Refusal(JsonObject pod, JsonObject node, int podsOnNode)
    {
        var spec = pod["spec"]!;
        if (node["spec"]?["unschedulable"].IsTrue() == true && !Tolerates(spec, "node.kubernetes.io/unschedulable", "", "NoSchedule"))
        {
            return "node(s) were unschedulable";
        }

        foreach (var taint in node["spec"]?["taints"].Items() ?? [])
        {
            var (key, value, effect) = (taint["key"].Text() ?? "", taint["value"].Text() ?? "", taint["effect"].Text() ?? "");
            if (effect is "NoSchedule" or "NoExecute" && !Tolerates(spec, key, value, effect))
            {
                return $"node(s) had untolerated taint {{{key}: {value}}}";
            }
        }

        var labels = node["metadata"]?["labels"] as JsonObject;
        if (!LabelSelector.MatchesMap(spec["nodeSelector"] as JsonObject, labels) || !MatchesAffinity(spec["affinity"]?["nodeAffinity"], node))
        {
            return "node(s) didn't match Pod's node affinity/selector";
        }

        var allocatable = node["status"]?["allocatable"];
        if (podsOnNode >= (int)(Quantity.Parse(allocatable?["pods"].Text()) ?? int.MaxValue))
        {
            return "Too many pods";
        }

        // Embedded pods share one process, so only a pod that no such node could ever hold is refused.
        foreach (var resource in (string[])["cpu", "memory"])
        {
            var asked = spec["containers"].Items().Sum(container => Quantity.Parse(container["resources"]?["requests"]?[resource].Text()) ?? 0);
            if (asked > (Quantity.Parse(allocatable?[resource].Text()) ?? decimal.MaxValue))
            {
                return $"Insufficient {resource}";
            }
        }

        return null;
    }

    private static bool Tolerates(JsonNode spec, string key, string value, string effect) => spec["tolerations"].Items().Any(toleration =>
        (toleration["effect"].Text() is not { Length: > 0 } wanted || wanted == effect)
        && (toleration["key"].Text() is not { Length: > 0 } name ? toleration["operator"].Text() == "Exists" : name == key)
        && (toleration["operator"].Text() == "Exists" || (toleration["value"].Text() ?? "") == value));

    private static bool MatchesAffinity(JsonNode? affinity, JsonObject node)
    {
        if (affinity?["requiredDuringSchedulingIgnoredDuringExecution"]?["nodeSelectorTerms"] is not JsonArray terms)
        {
            return true;
        }

        var labels = node["metadata"]?["labels"] as JsonObject;
        var fields = new JsonObject { ["metadata.name"] = node.Name() };
        return terms.Items().Any(term =>
            term["matchExpressions"].Items().All(expression => LabelSelector.Holds(expression, labels))
            && term["matchFields"].Items().All(expression => LabelSelector.Holds(expression, fields)));
    }
}
