using System.Text.Json.Nodes;

namespace Emulator.Storage;

/// <summary>One field that is wrong. <see cref="Reason"/> is a metav1.CauseType such as <c>FieldValueInvalid</c>.</summary>
internal sealed record FieldCause(string Reason, string Message, string Field);

/// <summary>The refusals of k8s.io/apimachinery/pkg/api/errors, word for word.</summary>
internal static class ApiErrors
{
    public static ApiException NotFound(ResourceType type, string name) =>
        new(404, "NotFound", $"{type} \"{name}\" not found", Details(type, name));

    public static ApiException AlreadyExists(ResourceType type, string name) =>
        new(409, "AlreadyExists", $"{type} \"{name}\" already exists", Details(type, name));

    /// <summary>The name is taken by an object that is on its way out.</summary>
    public static ApiException BeingDeleted(ResourceType type, string name) =>
        new(409, "AlreadyExists", $"object is being deleted: {type} \"{name}\" already exists", Details(type, name));

    public static ApiException Conflict(ResourceType type, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {type} \"{name}\": {why}", Details(type, name));

    public static ApiException Modified(ResourceType type, string name) =>
        Conflict(type, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiException Forbidden(ResourceType type, string name, string why) =>
        new(403, "Forbidden", $"{type} \"{name}\" is forbidden: {why}", Details(type, name));

    public static ApiException Internal(string message) =>
        new(500, "InternalError", $"Internal error occurred: {message}", new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = message }) });

    public static ApiException Expired(string message) => new(410, "Expired", message);

    /// <summary>All faults of an object at once.</summary>
    public static ApiException Invalid(string group, string kind, string name, IReadOnlyList<FieldCause> causes)
    {
        var texts = causes.Select(cause => $"{cause.Field}: {cause.Message}").Distinct().ToList();
        var joined = texts.Count == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        var subject = group.Length == 0 ? kind : $"{kind}.{group}";
        var details = new JsonObject();
        foreach (var (field, value) in ((string, string)[])[("name", name), ("group", group), ("kind", kind)])
        {
            if (value.Length > 0)
            {
                details[field] = value;
            }
        }

        if (kind.Length == 0)
        {
            details.Remove("kind");
        }

        details["causes"] = new JsonArray(
            [.. causes.Select(cause => new JsonObject { ["reason"] = cause.Reason, ["message"] = cause.Message, ["field"] = cause.Field })]);
        return new ApiException(422, "Invalid", $"{subject} \"{name}\" is invalid: {joined}", details);
    }

    private static JsonObject Details(ResourceType type, string name)
    {
        var details = new JsonObject { ["name"] = name, ["kind"] = type.Plural };
        if (type.Group.Length > 0)
        {
            details["group"] = type.Group;
        }

        return details;
    }
}
