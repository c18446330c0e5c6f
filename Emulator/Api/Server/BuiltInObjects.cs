using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Server;

/// <summary>Cluster-scoped objects that a control plane makes for itself: an APIService for each group and version, and the two highest priorities.</summary>
internal static class BuiltInObjects
{
    public static readonly ResourceType ApiServices = new("apiregistration.k8s.io", "apiservices");

    public static IEnumerable<(ResourceType Type, string ApiVersion, string Kind, JsonObject Node)> All(ResourceCatalog catalog)
    {
        foreach (var (group, version) in catalog.All.Where(definition => definition.CustomResourceDefinition is null)
            .SelectMany(definition => definition.Versions.Select(version => (definition.Group, version))).Distinct())
        {
            var (groupPriority, versionPriority) = group.Length == 0 ? (18000, 1) : group == "metrics.k8s.io" ? (100, 100) : (17000, version == "v1" ? 15 : 30);
            yield return (ApiServices, "apiregistration.k8s.io/v1", "APIService", Service(group, version, "onstart", groupPriority, versionPriority));
        }

        yield return Priority(
            "system-cluster-critical", 2_000_000_000, "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.");
        yield return Priority("system-node-critical", 2_000_001_000, "Used for system critical pods that must not be moved from their current node.");
    }

    /// <summary>The APIService of a group that CustomResourceDefinitions make.</summary>
    public static JsonObject CustomService(string group, string version) => Service(group, version, "true", 1000, 100);

    private static JsonObject Service(string group, string version, string managed, int groupPriority, int versionPriority) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = $"{version}.{group}",
            ["labels"] = new JsonObject { ["kube-aggregator.kubernetes.io/automanaged"] = managed },
        },
        ["spec"] = new JsonObject
        {
            ["group"] = group,
            ["version"] = version,
            ["groupPriorityMinimum"] = groupPriority,
            ["versionPriority"] = versionPriority,
        },
        ["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Available",
                ["status"] = "True",
                ["lastTransitionTime"] = Registry.Timestamp(DateTimeOffset.UtcNow),
                ["reason"] = "Local",
                ["message"] = "Local APIServices are always available",
            }),
        },
    };

    private static (ResourceType, string, string, JsonObject) Priority(string name, long value, string description) =>
        (KnownTypes.PriorityClasses, "scheduling.k8s.io/v1", "PriorityClass", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["value"] = value,
            ["description"] = description,
            ["preemptionPolicy"] = "PreemptLowerPriority",
        });
}
