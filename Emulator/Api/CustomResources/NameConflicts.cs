using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.CustomResources;

/// <summary>Which of the names that a definition asks for other types of its group have already (k8s.io/apiextensions-apiserver, controller/status).</summary>
internal sealed record NameConflicts(JsonObject Accepted, string? Reason, string Message)
{
    /// <param name="definition">The definition as it asks to be served.</param>
    /// <param name="names">Its <c>spec.names</c>.</param>
    public static NameConflicts Find(ResourceDefinition definition, JsonObject names, ResourceCatalog catalog)
    {
        var others = catalog.All.Where(other => other.Group == definition.Group && other.CustomResourceDefinition != definition.CustomResourceDefinition).ToList();
        var resources = others.SelectMany(other => (string[])[other.Plural, other.Singular, .. other.ShortNames]).ToHashSet();
        var kinds = others.SelectMany(other => (string[])[other.Kind, other.ListKind]).ToHashSet();
        var (accepted, reason, message) = (new JsonObject(), (string?)null, "");
        void Take(string field, IReadOnlyList<string> wanted, HashSet<string> taken, string why)
        {
            var conflicts = wanted.Where(taken.Contains).Select(name => $"\"{name}\" is already in use").ToList();
            if (conflicts.Count > 0)
            {
                (reason, message) = ($"{why}Conflict", conflicts.Count == 1 ? conflicts[0] : $"[{string.Join(", ", conflicts)}]");
            }
            else if (names[field] is { } name)
            {
                accepted[field] = name.DeepClone();
            }
        }

        // Of several conflicts the last one is told.
        Take("plural", [definition.Plural], resources, "Plural");
        Take("singular", [definition.Singular], resources, "Singular");
        Take("shortNames", definition.ShortNames, resources, "ShortNames");
        Take("kind", [definition.Kind], kinds, "Kind");
        Take("listKind", [definition.ListKind], kinds, "ListKind");
        Take("categories", definition.Categories, [], "Categories");

        // Names that the status must have, whoever has them.
        accepted["plural"] ??= "";
        accepted["kind"] ??= "";
        return new NameConflicts(accepted, reason, message);
    }
}
