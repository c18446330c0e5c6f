using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Schema.Model;

namespace Emulator.Schema.Crd;

/// <summary>Fills in the defaults of a custom resource, and drops nulls where null is no value.</summary>
internal static class CustomDefaults
{
    public static void Apply(JsonNode? value, SchemaNode schema)
    {
        switch (value)
        {
            case JsonObject map when schema.Type is SchemaType.Object or SchemaType.Map:
                ApplyFields(map, schema);
                break;
            case JsonArray list when schema.Element is { } element:
                foreach (var item in list)
                {
                    Apply(item, element);
                }

                break;
        }
    }

    private static void ApplyFields(JsonObject map, SchemaNode schema)
    {
        foreach (var (name, property) in schema.Properties)
        {
            if (property.Source is not { } source)
            {
                continue;
            }

            var present = map.TryGetPropertyValue(name, out var value);
            if (present && value is null && !source.IsTrue("nullable"))
            {
                map.Remove(name);
                present = false;
            }

            if (!present && property.Default is { } preset)
            {
                map[name] = value = preset.DeepClone();
            }

            Apply(value, property);
        }

        if (schema.Type is SchemaType.Map && schema.Element is { } element)
        {
            foreach (var (_, value) in map)
            {
                Apply(value, element);
            }
        }
    }
}
