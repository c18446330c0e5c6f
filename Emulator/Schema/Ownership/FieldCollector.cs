using System.Text.Json.Nodes;
using Emulator.Schema.Model;

namespace Emulator.Schema.Ownership;

/// <summary>The paths that a configuration sets: what whoever applies it owns (structured-merge-diff, ToFieldSet).</summary>
internal static class FieldCollector
{
    public static FieldSet Collect(JsonNode? value, SchemaNode schema)
    {
        switch (schema.Type, value)
        {
            case (SchemaType.List, JsonArray list) when schema.ListType is not ListType.Atomic:
                var items = new FieldSet();
                foreach (var item in list)
                {
                    if (PathElement.Item(schema, item) is { } element)
                    {
                        var part = Collect(item, schema.Element!);
                        part.Member = true;
                        items.Set(element, part);
                    }
                }

                return items;
            case (SchemaType.Object or SchemaType.Map or SchemaType.Any, JsonObject map) when !schema.Atomic:
                var fields = new FieldSet();
                foreach (var (name, field) in map)
                {
                    var named = schema.Properties.TryGetValue(name, out var property);
                    var part = Collect(field, property ?? schema.Field(name) ?? SchemaNode.Anything);
                    part.Member |= !named || field is null or JsonObject { Count: 0 };
                    fields.Set(PathElement.Field(name), part);
                }

                return fields;
            case (SchemaType.List, null) when schema.ListType is not ListType.Atomic:
            case (SchemaType.Object or SchemaType.Map, null) when !schema.Atomic:
                return new FieldSet();
            default:
                return FieldSet.Leaf();
        }
    }

    /// <summary>Makes fields that the schema names members where something below them is: an owner of a part counts for the whole.</summary>
    public static FieldSet WithNamedFields(FieldSet set, SchemaNode schema)
    {
        var full = new FieldSet { Member = set.Member };
        foreach (var (element, part) in set.Children)
        {
            var field = element[0] == 'f' ? schema.Field(element[2..]) : schema.Element;
            var inner = part.Children.Count > 0 ? WithNamedFields(part, field ?? SchemaNode.Anything) : part;
            if (!inner.Member && element[0] == 'f' && schema.Properties.ContainsKey(element[2..]))
            {
                inner.Member = true;
            }

            full.Set(element, inner);
        }

        return full;
    }
}
