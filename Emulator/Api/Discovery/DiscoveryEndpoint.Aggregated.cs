using System.Text.Json.Nodes;

namespace Emulator.Api.Discovery;

/// <content>All groups and versions in one document, as apidiscovery.k8s.io has it.</content>
internal sealed partial class DiscoveryEndpoint
{
    private JsonObject Aggregated(bool core, string apiVersion)
    {
        var items = new JsonArray();
        foreach (var group in core ? [""] : Groups())
        {
            items.Add(new JsonObject
            {
                ["metadata"] = group.Length == 0 ? new JsonObject { ["creationTimestamp"] = null } : new JsonObject { ["name"] = group, ["creationTimestamp"] = null },
                ["versions"] = new JsonArray([.. VersionsOf(group).Select(version => new JsonObject
                {
                    ["version"] = version,
                    ["resources"] = AggregatedResources(group, version),
                    ["freshness"] = "Current",
                })]),
            });
        }

        return new JsonObject
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = $"apidiscovery.k8s.io/{apiVersion}",
            ["metadata"] = new JsonObject(),
            ["items"] = items,
        };
    }

    private JsonArray AggregatedResources(string group, string version)
    {
        static JsonObject Kind(string group, string version, string kind) => new() { ["group"] = group, ["version"] = version, ["kind"] = kind };

        var resources = new JsonArray();
        foreach (var definition in In(group, version))
        {
            var entry = new JsonObject
            {
                ["resource"] = definition.Plural,
                ["responseKind"] = Kind(group, version, definition.Kind),
                ["scope"] = definition.Namespaced ? "Namespaced" : "Cluster",
                ["singularResource"] = definition.Singular,
                ["verbs"] = Strings(Verbs(definition)),
            };
            Describe(entry, definition);
            var parts = SubresourceCatalog.Of(definition).Select(part => new JsonObject
            {
                ["subresource"] = part.Name,
                ["responseKind"] = Kind(part.Group ?? group, part.Version ?? version, part.Kind),
                ["verbs"] = Strings(part.Verbs),
            }).ToArray();
            if (parts.Length > 0)
            {
                entry["subresources"] = new JsonArray([.. parts]);
            }

            resources.Add(entry);
        }

        foreach (var question in questions.Where(question => question.Group == group && version == "v1"))
        {
            resources.Add(new JsonObject
            {
                ["resource"] = question.Plural,
                ["responseKind"] = Kind(group, version, question.Kind),
                ["scope"] = question.Namespaced ? "Namespaced" : "Cluster",
                ["singularResource"] = question.Kind.ToLowerInvariant(),
                ["verbs"] = Strings(["create"]),
            });
        }

        return resources;
    }
}
