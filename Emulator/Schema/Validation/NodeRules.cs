using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>The rules for Nodes.</summary>
internal static class NodeRules
{
    public static void Check(JsonObject spec, JsonObject? old, Causes causes)
    {
        var seen = new HashSet<(string?, string?)>();
        var at = 0;
        foreach (var taint in spec.Items("taints"))
        {
            // The real server looks for them in the metadata.
            var field = $"metadata.taints[{at++}]";
            var (key, value, effect) = (taint.Text("key") ?? "", taint.Text("value") ?? "", taint.Text("effect") ?? "");
            causes.Fit($"{field}.key", key, Names.QualifiedName(key));
            causes.Fit($"{field}.value", value, Names.LabelValue(value)?.Replace('\n', ';'));
            causes.Need(taint, field, "effect");
            causes.OneOf(taint, field, "effect", "NoSchedule", "PreferNoSchedule", "NoExecute");
            if (!seen.Add((key, effect)))
            {
                causes.Add("FieldValueDuplicate", field, $"Duplicate value: {GoLiteral.Struct("core.Taint", taint)}", "taints must be unique by key and effect pair");
            }
        }

        at = 0;
        foreach (var range in (spec["podCIDRs"] as JsonArray ?? []).Select(range => range?.ToString() ?? ""))
        {
            causes.Fit($"spec.podCIDRs[{at++}]", range, Names.AddressRange(range));
        }

        if (old?["podCIDRs"] is JsonArray { Count: > 0 } && !JsonNode.DeepEquals(old["podCIDRs"], spec["podCIDRs"]))
        {
            causes.Forbidden("spec.podCIDRs", "node updates may not change podCIDR except from \"\" to valid");
        }

        if (old?.Text("providerID") is { Length: > 0 } provider && provider != spec.Text("providerID"))
        {
            causes.Forbidden("spec.providerID", "node updates may not change providerID except from \"\" to valid");
        }
    }
}
