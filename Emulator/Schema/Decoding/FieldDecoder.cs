using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Schema.Model;

namespace Emulator.Schema.Decoding;

/// <summary>Checks a decoded body against the schema of its kind as Go's decoder would: wrong types are refused, unknown fields dropped and reported.</summary>
/// <param name="typed">Report wrong types; false for custom resources, whose validation comes later and has other words.</param>
internal sealed class FieldDecoder(bool typed)
{
    private readonly FieldPath path = new();
    private string owner = "";
    private string? converterFault;

    /// <summary>Paths of unknown fields, in the order of the document.</summary>
    public List<string> Unknown { get; } = [];

    /// <summary>The first wrong type, in the words of Go's decoder.</summary>
    public string? Fault { get; private set; }

    /// <summary>The same in the words of the converter that reads the result of a strategic merge patch.</summary>
    public string? ConverterFault => Fault is null ? null : converterFault ?? Fault;

    public void Decode(JsonObject node, SchemaNode schema)
    {
        var outer = owner;
        owner = schema.StructName;
        List<string>? unknown = null;
        foreach (var (name, value) in node)
        {
            path.Push(name);
            if (schema.Field(name) is { } field)
            {
                if (value is not null)
                {
                    Check(value, field);
                }
            }
            else
            {
                Unknown.Add(path.ToString());
                (unknown ??= []).Add(name);
            }

            path.Pop();
        }

        foreach (var name in unknown ?? [])
        {
            node.Remove(name);
        }

        owner = outer;
    }

    private void Check(JsonNode value, SchemaNode schema)
    {
        switch (schema.Type, value)
        {
            case (SchemaType.Any, _):
                break;
            case (SchemaType.Object, JsonObject map):
                Decode(map, schema);
                break;
            case (SchemaType.Map, JsonObject map):
                foreach (var (name, item) in map)
                {
                    if (item is not null)
                    {
                        CheckEntry(name, item, schema.Element!);
                    }
                }

                break;
            case (SchemaType.List, JsonArray list):
                for (var at = 0; at < list.Count; at++)
                {
                    if (list[at] is { } item)
                    {
                        path.Push(at);
                        Check(item, schema.Element!);
                        path.Pop();
                    }
                }

                break;
            case (SchemaType.Object or SchemaType.Map or SchemaType.List, _):
                Report(value, schema);
                break;
            default:
                CheckScalar(value, schema);
                break;
        }
    }

    /// <summary>A map's value. Go's decoder does not name the key in errors; unknown fields below it are reported with it.</summary>
    private void CheckEntry(string key, JsonNode item, SchemaNode element)
    {
        if (typed && element.Type is not SchemaType.Object)
        {
            Check(item, element);
            return;
        }

        path.Push(key);
        Check(item, element);
        path.Pop();
    }

    private void CheckScalar(JsonNode value, SchemaNode schema)
    {
        if (!typed || Fault is not null)
        {
            return;
        }

        var kind = value.GetValueKind();
        switch (schema.Type)
        {
            case SchemaType.String when kind is JsonValueKind.String:
                CheckFormat(value.GetValue<string>(), schema);
                break;
            case SchemaType.Boolean when kind is JsonValueKind.True or JsonValueKind.False:
            case SchemaType.Number when kind is JsonValueKind.Number:
                break;
            case SchemaType.Integer when kind is JsonValueKind.Number:
                var whole = value.AsValue().TryGetValue<long>(out var number) ? number : value.AsValue().TryGetValue<int>(out var narrow) ? narrow : (long?)null;
                if (whole is null || schema.Format == "int32" && whole is > int.MaxValue or < int.MinValue)
                {
                    Fault = $"json: cannot unmarshal number {value.ToJsonString()} into Go struct field {owner}.{path.Names()} of type {schema.GoType}";
                }

                break;
            case SchemaType.IntOrString:
                if (kind is not (JsonValueKind.String or JsonValueKind.Number))
                {
                    Fault = $"json: cannot unmarshal {GoJson.Kind(value)} into Go value of type int32";
                }

                break;
            case SchemaType.Quantity:
                var text = kind is JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
                if (Quantity.Canonical(text) is null)
                {
                    Fault = text.Length == 0
                        ? "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
                        : Quantity.Fault(text);
                }

                break;
            default:
                Report(value, schema);
                break;
        }
    }

    private void CheckFormat(string text, SchemaNode schema)
    {
        switch (schema.Format)
        {
            case "date-time" or "micro-time" when !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _):
                Fault = $"parsing time \"{text}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{text}\" as \"2006\"";
                break;
            case "byte" when !Convert.TryFromBase64String(text, new byte[text.Length], out _):
                var wrong = text.AsSpan().IndexOfAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n");
                Fault = $"illegal base64 data at input byte {(wrong >= 0 ? wrong : Math.Max(0, text.Length - text.Length % 4 - (text.Length % 4 == 0 ? 1 : 0)))}";
                break;
        }
    }

    private void Report(JsonNode value, SchemaNode schema)
    {
        if (typed && Fault is null)
        {
            converterFault = schema.Type switch
            {
                SchemaType.Object => $"cannot restore struct from: {ConverterKind(value)}",
                SchemaType.Map => $"cannot restore map from {ConverterKind(value)}",
                SchemaType.List => $"cannot restore slice from {ConverterKind(value)}",
                _ => $"unrecognized type: {schema.GoType}",
            };
            Fault = $"json: cannot unmarshal {GoJson.Kind(value)} into Go struct field {owner}.{path.Names()} of type {schema.GoType}";
        }
    }

    private static string ConverterKind(JsonNode value) => GoJson.Kind(value) switch
    {
        "array" => "slice",
        "object" => "map",
        "number" => "int64",
        var kind => kind,
    };
}
