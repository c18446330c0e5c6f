using System.Text.Json.Nodes;

namespace Emulator.Schema.Ownership;

/// <summary>One owner of fields: an entry of <c>metadata.managedFields</c>.</summary>
internal sealed record ManagedEntry(string Manager, string Operation, string ApiVersion, string Subresource, string? Time, FieldSet Fields)
{
    public bool Applied => Operation == "Apply";

    /// <summary>Whether both are the same owner; one that applies stays the same in another version.</summary>
    public bool IsSame(ManagedEntry other) =>
        Manager == other.Manager && Operation == other.Operation && Subresource == other.Subresource && (Applied || ApiVersion == other.ApiVersion);

    /// <summary>As conflicts name it.</summary>
    public string Display()
    {
        var name = Subresource.Length == 0 ? $"\"{Manager}\"" : $"\"{Manager}\" with subresource \"{Subresource}\"";
        return Applied ? name : $"{name} using {ApiVersion}";
    }

    public static ManagedEntry? Parse(JsonNode? node) =>
        node is JsonObject entry && (Text(entry, "operation") is "Apply" or "Update") && (entry["fieldsV1"] is null or JsonObject)
            ? new ManagedEntry(
                Text(entry, "manager") ?? "",
                Text(entry, "operation")!,
                Text(entry, "apiVersion") ?? "",
                Text(entry, "subresource") ?? "",
                Text(entry, "time"),
                FieldSet.Parse(entry["fieldsV1"] as JsonObject ?? []))
            : null;

    public JsonObject ToJson()
    {
        var entry = new JsonObject { ["manager"] = Manager, ["operation"] = Operation, ["apiVersion"] = ApiVersion };
        if (Time is not null)
        {
            entry["time"] = Time;
        }

        entry["fieldsType"] = "FieldsV1";
        entry["fieldsV1"] = Fields.ToJson();
        if (Subresource.Length > 0)
        {
            entry["subresource"] = Subresource;
        }

        return entry;
    }

    private static string? Text(JsonObject entry, string name) => entry[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
