using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.CustomResources;

/// <summary>Serves the types of CustomResourceDefinitions, from the moment they are written until they are gone.</summary>
/// <remarks>An admission step, so that a type can be used as soon as the write of its definition has been answered.</remarks>
internal sealed class CustomResourceRegistrar(ResourceCatalog catalog, TimeProvider time) : IAdmission
{
    public int Order => 900;

    public void Admit(AdmissionRequest request)
    {
        if (request.Resource.Type != KnownTypes.CustomResourceDefinitions || request.Object is not { } node || request.Subresource == "status")
        {
            return;
        }

        if (DefinitionParser.Parse(node) is not { } definition)
        {
            return;
        }

        Accept(node, definition);
        if (!request.Options.DryRun && !node.IsDeleting())
        {
            catalog.Set(definition);
        }
    }

    /// <summary>Writes the status that the real server's naming and establishing controllers would write moments later.</summary>
    private void Accept(JsonObject node, ResourceDefinition definition)
    {
        var old = node["status"] as JsonObject;
        var names = node["spec"]!["names"]!.DeepClone();
        var status = new JsonObject
        {
            ["conditions"] = old?["conditions"] is JsonArray { Count: > 0 } known
                ? known.DeepClone()
                : new JsonArray(
                    Condition("NamesAccepted", "NoConflicts", "no conflicts found"),
                    Condition("Established", "InitialNamesAccepted", "the initial names have been accepted")),
            ["acceptedNames"] = names,
            ["storedVersions"] = Stored(old, definition.StorageVersion),
        };
        node["status"] = status;
    }

    private static JsonArray Stored(JsonObject? status, string? version)
    {
        var versions = status?["storedVersions"] is JsonArray known ? (JsonArray)known.DeepClone() : [];
        if (version is not null && !versions.Any(item => item!.GetValue<string>() == version))
        {
            versions.Add(version);
        }

        return versions;
    }

    private JsonObject Condition(string type, string reason, string message) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["lastTransitionTime"] = Registry.Timestamp(time.GetUtcNow()),
        ["reason"] = reason,
        ["message"] = message,
    };
}
