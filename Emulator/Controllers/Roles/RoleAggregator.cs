using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Gives ClusterRoles with an <c>aggregationRule</c> the rules of all ClusterRoles whose labels it selects.</summary>
internal sealed class RoleAggregator(Registry registry) : IController
{
    private static readonly WriteOptions Writer = WriteOptions.System with { FieldManager = "clusterrole-aggregation-controller" };

    public string Name => "clusterrole-aggregation-controller";

    public void Watch(Informers informers, WorkQueue queue) => informers.On(KnownTypes.ClusterRoles, change =>
    {
        // Whatever has changed may be a part of any of them, or have ceased to be.
        foreach (var role in registry.Store.List(KnownTypes.ClusterRoles).Items.Where(role => Selectors(role.Node).Any()))
        {
            queue.Add(role.Key);
        }
    });

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Find(key.Type, key.Namespace, key.Name) is { } role && Selectors(role.Node).Any() && !role.Node.IsDeleting()
            && Collect(key.Name, [.. Selectors(role.Node)]) is var rules && !JsonNode.DeepEquals(rules, role.Node["rules"] ?? new JsonArray()))
        {
            registry.Update(
                key.Type,
                key.Namespace,
                key.Name,
                node =>
                {
                    node["rules"] = rules.DeepClone();
                    return node;
                },
                Writer);
        }

        return ValueTask.CompletedTask;
    }

    private static IEnumerable<JsonObject> Selectors(JsonObject role) => role["aggregationRule"]?["clusterRoleSelectors"].Items() ?? [];

    /// <summary>The rules of all roles that a selector matches, each rule once, in the order of the roles' names.</summary>
    private JsonArray Collect(string own, IReadOnlyList<JsonObject> selectors)
    {
        var rules = new List<JsonObject>();
        foreach (var selector in selectors)
        {
            foreach (var role in registry.Store.List(KnownTypes.ClusterRoles).Items
                .Where(role => role.Key.Name != own && LabelSelector.Matches(selector, role.Node)).OrderBy(role => role.Key.Name, StringComparer.Ordinal))
            {
                rules.AddRange(role.Node["rules"].Items().Where(rule => !rules.Any(known => JsonNode.DeepEquals(known, rule))));
            }
        }

        return new JsonArray([.. rules.Select(rule => rule.DeepClone())]);
    }
}
