using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Schema.OpenApi;

/// <summary>The paths of a resource type, as far as clients read them: which kind is served where, and what can be asked of it.</summary>
internal static class OpenApiPaths
{
    public static void Add(JsonObject paths, ResourceDefinition definition, string version, bool parametersHaveSchemas)
    {
        var root = definition.Group.Length == 0 ? $"/api/{version}" : $"/apis/{definition.Group}/{version}";
        var collection = definition.Namespaced ? $"{root}/namespaces/{{namespace}}/{definition.Plural}" : $"{root}/{definition.Plural}";
        var kind = Kind(definition, version);
        JsonObject Operation(string action, params string[] query) => new()
        {
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = kind.DeepClone(),
            ["parameters"] = new JsonArray([.. query.Select(name => Parameter(name, "query", parametersHaveSchemas))]),
            ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
        };

        paths[collection] = new JsonObject
        {
            ["get"] = Operation("list", "labelSelector", "fieldSelector", "limit", "continue"),
            ["post"] = Operation("post", "dryRun", "fieldManager", "fieldValidation"),
            ["delete"] = Operation("deletecollection", "labelSelector", "fieldSelector"),
        };
        paths[$"{collection}/{{name}}"] = new JsonObject
        {
            ["get"] = Operation("get"),
            ["put"] = Operation("put", "dryRun", "fieldManager", "fieldValidation"),
            ["patch"] = Operation("patch", "dryRun", "fieldManager", "fieldValidation", "force"),
            ["delete"] = Operation("delete", "dryRun", "gracePeriodSeconds", "propagationPolicy"),
        };
        if (definition.Namespaced)
        {
            paths[$"{root}/{definition.Plural}"] = new JsonObject { ["get"] = Operation("list", "labelSelector", "fieldSelector", "limit", "continue") };
        }
    }

    public static JsonObject Kind(ResourceDefinition definition, string version) =>
        new() { ["group"] = definition.Group, ["kind"] = definition.Kind, ["version"] = version };

    private static JsonObject Parameter(string name, string place, bool schema)
    {
        var parameter = new JsonObject { ["name"] = name, ["in"] = place };
        var type = name is "force" ? "boolean" : name is "limit" or "gracePeriodSeconds" ? "integer" : "string";
        if (schema)
        {
            parameter["schema"] = new JsonObject { ["type"] = type, ["uniqueItems"] = true };
        }
        else
        {
            parameter["type"] = type;
            parameter["uniqueItems"] = true;
        }

        return parameter;
    }
}
