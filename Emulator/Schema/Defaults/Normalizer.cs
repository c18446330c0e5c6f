using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Schema.Decoding;
using Emulator.Schema.Model;

namespace Emulator.Schema.Defaults;

/// <summary>Gives a built-in object the form it has after a round trip through Go's structs: no empty fields, but those that are never absent.</summary>
internal static class Normalizer
{
    public static void Normalize(JsonObject node, SchemaNode schema)
    {
        List<string>? unwanted = null;
        List<(string Name, JsonNode Value)>? better = null;
        foreach (var (name, value) in node)
        {
            if (!schema.Properties.TryGetValue(name, out var field))
            {
                if (value is null && schema.Type is SchemaType.Object)
                {
                    (unwanted ??= []).Add(name);
                }

                continue;
            }

            if (value is null)
            {
                if (!schema.Zeros.ContainsKey(name))
                {
                    (unwanted ??= []).Add(name);
                }
            }
            else if (IsLeftOut(name, value, field, schema))
            {
                (unwanted ??= []).Add(name);
            }
            else
            {
                Descend(value, field);
                if (field.Type is SchemaType.Quantity && Canonical(value) is { } canonical)
                {
                    (better ??= []).Add((name, canonical));
                }
            }
        }

        foreach (var name in unwanted ?? [])
        {
            node.Remove(name);
        }

        foreach (var (name, value) in better ?? [])
        {
            node[name] = value;
        }

        foreach (var (name, zero) in schema.Zeros)
        {
            AddZero(node, name, zero, schema);
        }
    }

    private static void AddZero(JsonObject node, string name, ZeroValue zero, SchemaNode schema)
    {
        if (node.TryGetPropertyValue(name, out var present) && (present is not null || zero is ZeroValue.Null))
        {
            return;
        }

        node[name] = zero switch
        {
            ZeroValue.EmptyObject => new JsonObject(),
            ZeroValue.EmptyText => "",
            ZeroValue.Zero => 0L,
            ZeroValue.False => false,
            ZeroValue.ZeroQuantity => "0",
            _ => null,
        };
        if (node[name] is JsonObject made && schema.Properties.TryGetValue(name, out var field))
        {
            Normalize(made, field);
        }
    }

    private static bool IsLeftOut(string name, JsonNode value, SchemaNode field, SchemaNode owner) => field.Type switch
    {
        SchemaType.Map => value is JsonObject { Count: 0 } && !owner.Zeros.ContainsKey(name),
        SchemaType.List => value is JsonArray { Count: 0 } && !owner.Zeros.ContainsKey(name),
        SchemaType.String => value is JsonValue text && text.TryGetValue<string>(out var plain) && plain.Length == 0
            && !owner.Zeros.ContainsKey(name) && !owner.KeepsEmpty.Contains(name),
        SchemaType.Integer or SchemaType.Number or SchemaType.Boolean => owner.OmitsZero.Contains(name) && value.ToJsonString() is "0" or "false",
        _ => false,
    };

    private static void Descend(JsonNode value, SchemaNode schema)
    {
        switch (schema.Type, value)
        {
            case (SchemaType.Object, JsonObject map):
                Normalize(map, schema);
                break;
            case (SchemaType.List, JsonArray list) when schema.Element is { Type: SchemaType.Object or SchemaType.Map or SchemaType.List } element:
                foreach (var item in list)
                {
                    if (item is not null)
                    {
                        Descend(item, element);
                    }
                }

                break;
            case (SchemaType.Map, JsonObject map) when schema.Element is { Type: SchemaType.Quantity }:
                foreach (var (name, amount) in map.ToList())
                {
                    if (amount is not null && Canonical(amount) is { } canonical)
                    {
                        map[name] = canonical;
                    }
                }

                break;
            case (SchemaType.Map, JsonObject map) when schema.Element is { Type: SchemaType.Object } element:
                foreach (var (_, item) in map)
                {
                    if (item is JsonObject inner)
                    {
                        Normalize(inner, element);
                    }
                }

                break;
        }
    }

    /// <summary>Another, canonical form of an amount; null when it has that already.</summary>
    private static JsonNode? Canonical(JsonNode value)
    {
        var isText = value.GetValueKind() is JsonValueKind.String;
        var text = isText ? value.GetValue<string>() : value.ToJsonString();
        return Quantity.Canonical(text) is { } canonical && (!isText || canonical != text) ? JsonValue.Create(canonical) : null;
    }
}
