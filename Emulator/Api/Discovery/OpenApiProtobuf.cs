using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Storage;
using Emulator.Telemetry;

namespace Emulator.Api.Discovery;

/// <summary>Writes version 2 of the OpenAPI document as the protobuf messages that kubectl reads (google/gnostic, openapiv2/OpenAPIv2.proto).</summary>
internal static class OpenApiProtobuf
{
    private const string Extension = "x-kubernetes-";

    private static readonly Dictionary<string, int> Texts = new() { ["$ref"] = 1, ["format"] = 2, ["title"] = 3, ["description"] = 4, ["pattern"] = 13 };

    private static readonly Dictionary<string, int> Numbers = new()
    {
        ["maxLength"] = 11,
        ["minLength"] = 12,
        ["maxItems"] = 14,
        ["minItems"] = 15,
        ["maxProperties"] = 17,
        ["minProperties"] = 18,
    };

    private static readonly Dictionary<string, int> Doubles = new() { ["multipleOf"] = 6, ["maximum"] = 7, ["minimum"] = 9 };

    private static readonly Dictionary<string, int> Methods = new() { ["get"] = 2, ["put"] = 3, ["post"] = 4, ["delete"] = 5, ["options"] = 6, ["head"] = 7, ["patch"] = 8 };

    /// <param name="document">The document in JSON.</param>
    public static byte[] From(byte[] document)
    {
        var json = StoreJson.Parse(document).AsObject();
        var writer = new ProtobufWriter();
        writer.Text(1, json["swagger"]!.ToString());
        writer.Message(2, info =>
        {
            info.Text(1, json["info"]!["title"]!.ToString());
            info.Text(2, json["info"]!["version"]!.ToString());
        });
        writer.Message(8, paths => Named(paths, 2, json["paths"]!.AsObject(), Path));
        writer.Message(9, definitions => Named(definitions, 1, json["definitions"]!.AsObject(), Schema));
        return writer.Written.ToArray();
    }

    private static void Named(ProtobufWriter writer, int field, JsonObject entries, Action<ProtobufWriter, JsonObject> write)
    {
        foreach (var (name, value) in entries)
        {
            writer.Message(field, entry =>
            {
                entry.Text(1, name);
                entry.Message(2, inner => write(inner, value!.AsObject()));
            });
        }
    }

    private static void Path(ProtobufWriter writer, JsonObject path)
    {
        foreach (var (method, operation) in path)
        {
            if (Methods.TryGetValue(method, out var field))
            {
                writer.Message(field, inner => Operation(inner, operation!.AsObject()));
            }
        }

        Parameters(writer, 9, path);
    }

    private static void Operation(ProtobufWriter writer, JsonObject operation)
    {
        if (operation["operationId"] is { } id)
        {
            writer.Text(5, id.ToString());
        }

        foreach (var (name, field) in (ReadOnlySpan<(string, int)>)[("produces", 6), ("consumes", 7)])
        {
            foreach (var type in operation[name] as JsonArray ?? [])
            {
                writer.Text(field, type!.ToString());
            }
        }

        Parameters(writer, 8, operation);
        Extensions(writer, 13, operation);
    }

    /// <summary>Those of the query and of the path: what a body is, its operation does not say.</summary>
    private static void Parameters(ProtobufWriter writer, int field, JsonObject owner)
    {
        foreach (var parameter in (owner["parameters"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var place = parameter["in"]?.ToString();
            if (place is not ("query" or "path"))
            {
                continue;
            }

            var isQuery = place == "query";
            writer.Message(field, item => item.Message(1, one => one.Message(2, plain => plain.Message(isQuery ? 3 : 4, inner =>
            {
                inner.Integer(1, !isQuery || parameter["required"]?.ToString() == "true" ? 1 : 0);
                inner.Text(2, place);
                inner.Text(4, parameter["name"]!.ToString());
                inner.Text(isQuery ? 6 : 5, parameter["type"]?.ToString() ?? "string");
            }))));
        }
    }

    private static void Schema(ProtobufWriter writer, JsonObject schema)
    {
        foreach (var (name, value) in schema)
        {
            if (value is not null && !name.StartsWith(Extension, StringComparison.Ordinal))
            {
                Part(writer, name, value);
            }
        }

        Extensions(writer, 31, schema);
    }

    private static void Part(ProtobufWriter writer, string name, JsonNode value)
    {
        if (Texts.TryGetValue(name, out var field))
        {
            writer.Text(field, value.ToString());
            return;
        }

        if (Numbers.TryGetValue(name, out field) && long.TryParse(value.ToJsonString(), out var number))
        {
            writer.Integer(field, number);
            return;
        }

        if (Doubles.TryGetValue(name, out field))
        {
            writer.Fixed(field, BitConverter.DoubleToUInt64Bits(double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture)));
            return;
        }

        switch (name, value)
        {
            case ("default", _):
                writer.Message(5, any => Yaml(any, value));
                break;
            case ("required", JsonArray names):
                foreach (var required in names)
                {
                    writer.Text(19, required!.ToString());
                }

                break;
            case ("enum", JsonArray values):
                foreach (var known in values)
                {
                    writer.Message(20, any => Yaml(any, known));
                }

                break;
            case ("additionalProperties", JsonObject values):
                writer.Message(21, item => item.Message(1, inner => Schema(inner, values)));
                break;
            case ("additionalProperties", _):
                writer.Message(21, item => item.Integer(2, value.GetValueKind() is JsonValueKind.True ? 1 : 0));
                break;
            case ("type", _):
                writer.Message(22, type => type.Text(1, value.ToString()));
                break;
            case ("items", JsonObject items):
                writer.Message(23, item => item.Message(1, inner => Schema(inner, items)));
                break;
            case ("allOf", JsonArray parts):
                foreach (var part in parts.OfType<JsonObject>())
                {
                    writer.Message(24, inner => Schema(inner, part));
                }

                break;
            case ("properties", JsonObject properties):
                writer.Message(25, inner => Named(inner, 1, properties, Schema));
                break;
        }
    }

    private static void Extensions(ProtobufWriter writer, int field, JsonObject owner)
    {
        foreach (var (name, value) in owner.Where(part => part.Key.StartsWith(Extension, StringComparison.Ordinal)))
        {
            writer.Message(field, entry =>
            {
                entry.Text(1, name);
                entry.Message(2, any => Yaml(any, value));
            });
        }
    }

    /// <summary>Any value as YAML, of which JSON is a part.</summary>
    private static void Yaml(ProtobufWriter writer, JsonNode? value) => writer.Text(2, (value?.ToJsonString(StoreJson.Options) ?? "null") + "\n");
}
