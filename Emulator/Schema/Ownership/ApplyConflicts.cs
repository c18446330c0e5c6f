using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Schema.Ownership;

/// <summary>The refusal of an apply that would take fields from others.</summary>
internal static class ApplyConflicts
{
    public static ApiException Refusal(IReadOnlyList<(ManagedEntry Owner, FieldSet Fields)> conflicts)
    {
        var all = conflicts.OrderBy(conflict => conflict.Owner.Display(), StringComparer.Ordinal)
            .SelectMany(conflict => conflict.Fields.Paths().Select(path => (Owner: conflict.Owner.Display(), Path: path))).ToList();
        var message = all.Count == 1
            ? $"Apply failed with 1 conflict: conflict with {all[0].Owner}: {all[0].Path}"
            : $"Apply failed with {all.Count} conflicts: "
                + string.Join('\n', all.GroupBy(conflict => conflict.Owner).SelectMany(group => group.Select(conflict => $"- {conflict.Path}").Prepend($"conflicts with {group.Key}:")));
        var causes = new JsonArray(
        [
            .. all.Select(conflict => new JsonObject
            {
                ["reason"] = "FieldManagerConflict",
                ["message"] = $"conflict with {conflict.Owner}",
                ["field"] = conflict.Path,
            }),
        ]);
        return new ApiException(409, "Conflict", message, new JsonObject { ["causes"] = causes });
    }
}
