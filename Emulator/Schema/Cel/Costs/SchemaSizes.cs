using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Cel;

/// <summary>How large the values of a schema may be in a request (k8s.io/apiserver/pkg/cel/common, SchemaDeclType).</summary>
internal static class SchemaSizes
{
    public const string Items = "@items";
    public const string Values = "@values";
    public const string Keys = "@keys";

    /// <summary>The largest body of a request, in bytes.</summary>
    private const long Request = 3 * 1024 * 1024;

    /// <summary>The size of a value at a path below a schema; null: nothing is known of it.</summary>
    /// <param name="isResource">Whether the schema is that of a whole resource.</param>
    public static CelSize? Of(JsonObject schema, bool isResource, IEnumerable<string> path)
    {
        var at = schema;
        foreach (var part in path)
        {
            if (part == Keys)
            {
                return at["additionalProperties"] is JsonObject ? new CelSize(0, 0) : null;
            }

            if (isResource && part is "apiVersion" or "kind" or "metadata")
            {
                return part == "metadata" ? new CelSize(0, 0) : new CelSize(0, Request - 2);
            }

            isResource = false;
            if (part switch { Items => at.Map("items"), Values => at.Map("additionalProperties"), _ => at.Map("properties").Map(part) } is not { } next)
            {
                return null;
            }

            at = next;
        }

        return new CelSize(0, (ulong)Most(at));
    }

    /// <summary>How often a value of a schema can be in a request, when nothing above it says how often.</summary>
    public static ulong MostOften(JsonObject schema) => (ulong)(Request / (Shortest(schema) + 1));

    /// <summary>How many values are directly below one of a schema; null: any number.</summary>
    public static ulong? MostBelow(JsonObject schema) => schema.Text("type") switch
    {
        "object" when schema["additionalProperties"] is not null => Bound(schema, "maxProperties") is { } most ? (ulong)most : null,
        "array" => Bound(schema, "maxItems") is { } most ? (ulong)most : null,
        _ => 1,
    };

    private static long Most(JsonObject schema)
    {
        if (schema.IsTrue("x-kubernetes-int-or-string"))
        {
            return Bound(schema, "maxLength") * 4 ?? Request - 2;
        }

        return schema.Text("type") switch
        {
            "array" when schema.Map("items") is { } items => Bound(schema, "maxItems") ?? (Request - 2) / (Shortest(items) + 1),
            "object" when schema.Map("additionalProperties") is { } values => Bound(schema, "maxProperties") ?? (Request - 2) / (Shortest(values) + 6),
            "string" => schema.Text("format") switch
            {
                "byte" => Bound(schema, "maxLength") ?? Request - 2,
                "duration" => 32,
                "date" => 12,
                "date-time" => 32,
                _ => Bound(schema, "maxLength") * 4 ?? (schema["enum"] is JsonArray { Count: > 0 } values ? Longest(values) : Request - 2),
            },
            _ => 0,
        };
    }

    /// <summary>The fewest bytes of a value in JSON.</summary>
    private static long Shortest(JsonObject schema)
    {
        if (schema.IsTrue("x-kubernetes-int-or-string"))
        {
            return 1;
        }

        switch (schema.Text("type"))
        {
            case "boolean":
                return 4;
            case "number" or "integer":
                return 1;
            case "string":
                return schema.Text("format") switch { "duration" => 3, "date" => 12, "date-time" => 21, _ => 2 };
            case "object" when schema["additionalProperties"] is not JsonObject:
                var required = (schema["required"] as JsonArray ?? []).Select(name => name!.ToString());
                return 2 + required.Sum(name => schema.Map("properties").Map(name) is { } property && property["default"] is null
                    ? Encoding.UTF8.GetByteCount(name) + Shortest(property) + 4
                    : 0);
            default:
                return 2;
        }
    }

    private static long Longest(JsonArray values) =>
        values.Max(value => value?.GetValueKind() is JsonValueKind.String ? Encoding.UTF8.GetByteCount(value.GetValue<string>()) : 0);

    private static long? Bound(JsonObject schema, string name) =>
        schema[name] is JsonValue bound && long.TryParse(bound.ToJsonString(), out var number) ? Math.Max(number, 0) : null;
}
