using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for PodDisruptionBudgets and PriorityClasses.</summary>
internal static class PolicyRules
{
    private const long MostOfUsers = 1_000_000_000;

    private static readonly Dictionary<string, long> System = new() { ["system-cluster-critical"] = 2_000_000_000, ["system-node-critical"] = 2_000_001_000 };

    public static void Budget(JsonObject spec, Causes causes)
    {
        if (spec["minAvailable"] is not null && spec["maxUnavailable"] is not null)
        {
            causes.Invalid("spec", GoLiteral.Struct("policy.PodDisruptionBudgetSpec", spec), "minAvailable and maxUnavailable cannot be both set");
        }

        WorkloadRules.Share(spec, "minAvailable", "spec", causes);
        WorkloadRules.Share(spec, "maxUnavailable", "spec", causes);
        SelectorRules.Check(spec.Map("selector"), "spec.selector", causes);
        if (spec.Text("unhealthyPodEvictionPolicy") is { } policy and not ("AlwaysAllow" or "IfHealthyBudget"))
        {
            causes.NotSupported("spec.unhealthyPodEvictionPolicy", policy, "AlwaysAllow", "IfHealthyBudget");
        }
    }

    public static void Priority(JsonObject node, JsonObject? old, Causes causes)
    {
        var name = node.Map("metadata")?.Text("name") ?? "";
        var value = node["value"].AsLong() ?? 0;
        if (old is not null)
        {
            if (old["value"].AsLong() != node["value"].AsLong())
            {
                causes.Forbidden("value", "may not be changed in an update.");
            }

            if (old.Text("preemptionPolicy") != node.Text("preemptionPolicy"))
            {
                causes.InvalidText("preemptionPolicy", node.Text("preemptionPolicy") ?? "", "field is immutable");
            }

            return;
        }

        if (name.StartsWith("system-", StringComparison.Ordinal))
        {
            if (!System.TryGetValue(name, out var known))
            {
                causes.Forbidden("metadata.name", "priority class names with 'system-' prefix are reserved for system use only. error: "
                    + $"{name} is not a known system priority class");
            }
            else if (value != known)
            {
                causes.Forbidden("metadata.name", "priority class names with 'system-' prefix are reserved for system use only. error: "
                    + $"value of {name} PriorityClass must be {known}");
            }
        }
        else if (value > MostOfUsers)
        {
            causes.Forbidden("value", $"maximum allowed value of a user defined priority is {MostOfUsers}");
        }

        causes.OneOf(node, "", "preemptionPolicy", "PreemptLowerPriority", "Never");
    }
}
