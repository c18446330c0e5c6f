using System.Text.Json.Nodes;

namespace GlobalIngress.Kubernetes;

/// <summary>Reading Kubernetes objects without failing on what is not there or is of another type.</summary>
internal static class KubeObject
{
    public static string Key(this JsonObject item) => item.Namespace() is { Length: > 0 } ns ? ns + "/" + item.Name() : item.Name();

    public static string Name(this JsonObject item) => item.Object("metadata").Text("name") ?? "";

    public static string Namespace(this JsonObject item) => item.Object("metadata").Text("namespace") ?? "";

    public static string? Annotation(this JsonObject item, string name) => item.Object("metadata").Object("annotations").Text(name);

    public static string? Label(this JsonObject item, string name) => item.Object("metadata").Object("labels").Text(name);

    public static bool IsBeingDeleted(this JsonObject item) => item.Object("metadata").Text("deletionTimestamp") is not null;

    public static bool HasFinalizer(this JsonObject item, string name) => item.Object("metadata").List("finalizers").Any(entry => entry?.ToString() == name);

    public static JsonObject? Object(this JsonObject? item, string name) => item?[name] as JsonObject;

    public static IEnumerable<JsonNode?> List(this JsonObject? item, string name) => item?[name] as JsonArray ?? Enumerable.Empty<JsonNode?>();

    public static IEnumerable<JsonObject> Objects(this JsonObject? item, string name) => item.List(name).OfType<JsonObject>();

    public static string? Text(this JsonObject? item, string name) => item?[name] is JsonValue value ? value.ToString() : null;

    public static int? Number(this JsonObject? item, string name) =>
        int.TryParse(item.Text(name), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
