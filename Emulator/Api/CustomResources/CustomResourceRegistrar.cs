using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.CustomResources;

/// <summary>Serves the types of CustomResourceDefinitions, from the moment they are written until they are gone.</summary>
/// <remarks>An admission step, so that a type can be used as soon as the write of its definition has been answered.</remarks>
internal sealed class CustomResourceRegistrar(ResourceCatalog catalog) : IAdmission
{
    public AdmissionPhase Phase => AdmissionPhase.Registration;

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

        Complete(node, request.Old, definition);
        if (!request.Options.DryRun && !node.IsDeleting() && NameConflicts.Find(definition, node["spec"]!["names"]!.AsObject(), catalog).Reason is null)
        {
            catalog.Set(definition);
        }
    }

    /// <summary>Fills in what a definition has before any controller has seen it.</summary>
    private static void Complete(JsonObject node, JsonObject? old, ResourceDefinition definition)
    {
        var status = old?["status"] is JsonObject known
            ? (JsonObject)known.DeepClone()
            : new JsonObject { ["conditions"] = null, ["acceptedNames"] = new JsonObject { ["plural"] = "", ["kind"] = "" } };
        status["storedVersions"] = Stored(status, definition.StorageVersion);
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
}
