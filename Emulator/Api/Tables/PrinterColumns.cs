using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Storage;
using static Emulator.Api.Tables.Cells;

namespace Emulator.Api.Tables;

/// <summary>The additionalPrinterColumns of a CustomResourceDefinition.</summary>
internal static class PrinterColumns
{
    /// <summary>Null when the version has none: name and age are shown then.</summary>
    public static IReadOnlyList<TableColumn>? Of(JsonObject definition, string version)
    {
        var entry = Items(definition, "spec", "versions").FirstOrDefault(item => Text(item, "name") == version);
        return entry?["additionalPrinterColumns"] is JsonArray { Count: > 0 }
            ? [TableColumn.NameColumn, .. Items(entry, "additionalPrinterColumns").Select(Column)]
            : null;
    }

    private static TableColumn Column(JsonObject column)
    {
        var type = Text(column, "type");
        var path = JsonPath.Parse(Text(column, "jsonPath"));
        var description = Text(column, "description") is { Length: > 0 } said
            ? said
            : $"Custom resource definition column (in JSONPath format): {Text(column, "jsonPath")}";
        return new TableColumn(
            Text(column, "name"), type, Text(column, "format"), description, (int)Number(column, "priority"), (item, now) => Cell(item, type, path, now));
    }

    private static JsonNode? Cell(StoredObject item, string type, JsonPath? path, DateTimeOffset now)
    {
        var found = path?.Find(item.Node) ?? [];
        if (found.Count == 0)
        {
            return null;
        }

        var first = found[0];
        switch (type)
        {
            case "date":
                return first is JsonValue ? JsonValue.Create(HumanAge.Since(first, now)) : null;
            case "integer":
                return first.AsLong() is { } number ? JsonValue.Create(number)
                    : first is JsonValue real && real.TryGetValue<double>(out var fraction) ? JsonValue.Create((long)fraction)
                    : null;
            case "number":
                return first is JsonValue value && value.TryGetValue<double>(out var exact) ? JsonValue.Create(exact) : null;
            case "boolean":
                return first is JsonValue flag && flag.TryGetValue<bool>(out var set) ? JsonValue.Create(set) : null;
            default:
                return JsonValue.Create(string.Join(',', found.Select(Print)));
        }
    }

    private static string Print(JsonNode? node) => node switch
    {
        null => "<nil>",
        JsonValue value when value.GetValueKind() is JsonValueKind.Number && value.TryGetValue<double>(out var number) && value.AsLong() is null =>
            number.ToString(CultureInfo.InvariantCulture),
        JsonValue value => value.ToString(),
        _ => node.ToJsonString(StoreJson.Options),
    };
}
