using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Tables;

/// <summary>One column that <c>kubectl get</c> prints.</summary>
/// <param name="Priority">0: always; 1: with <c>-o wide</c>.</param>
internal sealed record TableColumn(string Name, string Type, string Format, string Description, int Priority, Func<StoredObject, DateTimeOffset, JsonNode?> Cell)
{
    public static readonly TableColumn NameColumn = new("Name", "string", "name", "", 0, (item, _) => JsonValue.Create(item.Key.Name));

    public static readonly TableColumn Age = new(
        "Age", "string", "", "", 0, (item, now) => JsonValue.Create(HumanAge.Since(item.Node["metadata"]?["creationTimestamp"], now)));

    public static TableColumn Text(string name, Func<JsonObject, string?> cell, int priority = 0) =>
        new(name, "string", "", "", priority, (item, _) => JsonValue.Create(cell(item.Node) ?? ""));

    public static TableColumn Number(string name, Func<JsonObject, long> cell, int priority = 0) =>
        new(name, "integer", "", "", priority, (item, _) => JsonValue.Create(cell(item.Node)));

    /// <summary>A count that the real server declares as a string and fills with a number.</summary>
    public static TableColumn Count(string name, Func<JsonObject, long> cell, int priority = 0) =>
        new(name, "string", "", "", priority, (item, _) => JsonValue.Create(cell(item.Node)));

    public static TableColumn Flag(string name, Func<JsonObject, bool> cell, int priority = 0) =>
        new(name, "boolean", "", "", priority, (item, _) => JsonValue.Create(cell(item.Node)));

    /// <summary>The time since a timestamp of the object.</summary>
    public static TableColumn Since(string name, Func<JsonObject, JsonNode?> when, int priority = 0) =>
        new(name, "string", "", "", priority, (item, now) => JsonValue.Create(HumanAge.Since(when(item.Node), now)));
}
