using System.Text.Json.Nodes;
using Emulator.Schema.Model;

namespace Emulator.Schema.Ownership;

/// <summary>What differs between two versions of an object, path by path (structured-merge-diff, Compare).</summary>
/// <param name="Changed">Paths that were added or have another value.</param>
/// <param name="Removed">Paths that are gone.</param>
internal readonly record struct FieldComparison(FieldSet? Changed, FieldSet? Removed)
{
    private static readonly JsonObject EmptyObject = [];
    private static readonly JsonNode EmptyText = JsonValue.Create("");
    private static readonly JsonNode Zero = JsonValue.Create(0L);
    private static readonly JsonNode False = JsonValue.Create(false);
    private static readonly JsonNode ZeroQuantity = JsonValue.Create("0");

    public bool IsSame => Changed is null && Removed is null;

    public static FieldComparison Of(JsonNode? before, JsonNode? after, SchemaNode schema)
    {
        if (before is null && after is null || ReferenceEquals(before, after))
        {
            return default;
        }

        var isList = schema.Type is SchemaType.List && schema.ListType is not ListType.Atomic && (before is null or JsonArray) && (after is null or JsonArray);
        var isMap = (schema.Type is SchemaType.Object or SchemaType.Map or SchemaType.Any) && !schema.Atomic
            && (before is null or JsonObject) && (after is null or JsonObject);
        var differences = new Builder();
        if (isMap && (before is JsonObject { Count: > 0 } || after is JsonObject { Count: > 0 }))
        {
            CompareFields((JsonObject?)before, (JsonObject?)after, schema, ref differences);
        }
        else if (isList && (before is JsonArray { Count: > 0 } || after is JsonArray { Count: > 0 }))
        {
            CompareItems((JsonArray?)before, (JsonArray?)after, schema, ref differences);
        }
        else if (before is not null && after is not null)
        {
            return JsonNode.DeepEquals(before, after) ? default : new FieldComparison(FieldSet.Leaf(), null);
        }

        if (before is null)
        {
            (differences.Changed ??= new FieldSet()).Member = true;
        }
        else if (after is null)
        {
            (differences.Removed ??= new FieldSet()).Member = true;
        }

        return new FieldComparison(differences.Changed, differences.Removed);
    }

    private static void CompareFields(JsonObject? before, JsonObject? after, SchemaNode schema, ref Builder differences)
    {
        if (after is not null)
        {
            foreach (var (name, value) in after)
            {
                var known = Value(before, name, schema);
                var part = Of(known, value ?? Value(after, name, schema), schema.Field(name) ?? SchemaNode.Anything);
                if (known is null && before is not null && part.Changed is { Children.Count: > 0 } added && schema.Zeros.ContainsKey(name))
                {
                    // It was there before, as null: only what is in it is new.
                    added.Member = false;
                }

                differences.Add(PathElement.Field(name), part);
            }
        }

        if (before is not null)
        {
            foreach (var (name, value) in before)
            {
                if (after is null || !after.ContainsKey(name))
                {
                    differences.Add(PathElement.Field(name), Of(value, Value(after, name, schema), schema.Field(name) ?? SchemaNode.Anything));
                }
            }
        }
    }

    private static void CompareItems(JsonArray? before, JsonArray? after, SchemaNode schema, ref Builder differences)
    {
        var known = Index(before, schema);
        var wanted = Index(after, schema);
        foreach (var (element, item) in wanted)
        {
            differences.Add(element, Of(known.GetValueOrDefault(element), item, schema.Element!));
        }

        foreach (var (element, item) in known)
        {
            if (!wanted.ContainsKey(element))
            {
                differences.Add(element, Of(item, null, schema.Element!));
            }
        }
    }

    private static Dictionary<string, JsonNode?> Index(JsonArray? list, SchemaNode schema)
    {
        var index = new Dictionary<string, JsonNode?>(list?.Count ?? 0, StringComparer.Ordinal);
        foreach (var item in list ?? [])
        {
            if (PathElement.Item(schema, item) is { } element)
            {
                index[element] = item;
            }
        }

        return index;
    }

    /// <summary>A field's value; where Go writes an absent field as something, that.</summary>
    private static JsonNode? Value(JsonObject? owner, string name, SchemaNode schema) =>
        owner is null ? null
        : owner[name] is { } value ? value
        : !schema.Zeros.TryGetValue(name, out var zero) ? null
        : zero switch
        {
            ZeroValue.EmptyObject => EmptyObject,
            ZeroValue.EmptyText => EmptyText,
            ZeroValue.Zero => Zero,
            ZeroValue.False => False,
            ZeroValue.ZeroQuantity => ZeroQuantity,
            _ => null,
        };

    private ref struct Builder
    {
        public FieldSet? Changed;
        public FieldSet? Removed;

        public void Add(string element, FieldComparison part)
        {
            if (part.Changed is not null)
            {
                (Changed ??= new FieldSet()).Set(element, part.Changed);
            }

            if (part.Removed is not null)
            {
                (Removed ??= new FieldSet()).Set(element, part.Removed);
            }
        }
    }
}
