using System.Text.Json.Nodes;

namespace Emulator.Schema.Model;

/// <summary>What is known of one JSON value: of a built-in type, or of a CustomResourceDefinition's schema.</summary>
/// <remarks>Nodes are shared by all objects of a kind and never change; properties are made on first use, since types refer to each other in circles.</remarks>
internal sealed class SchemaNode(Func<IReadOnlyDictionary<string, SchemaNode>>? properties = null)
{
    // Before Anything, which is made with it.
    private static readonly IReadOnlyDictionary<string, SchemaNode> None = new Dictionary<string, SchemaNode>();

    public static readonly SchemaNode Anything = new() { Type = SchemaType.Any };

    private volatile IReadOnlyDictionary<string, SchemaNode>? made = properties is null ? None : null;

    public required SchemaType Type { get; init; }

    /// <summary>OpenAPI's refinement: int32, int64, double, date-time, byte.</summary>
    public string Format { get; init; } = "";

    /// <summary>The type as Go's decoder names it in errors: <c>int32</c>, <c>[]v1.ServicePort</c>.</summary>
    public string GoType { get; init; } = "";

    /// <summary>For a struct, its name without package: <c>DeploymentSpec</c>.</summary>
    public string StructName { get; init; } = "";

    /// <summary>Items of a list, values of a map.</summary>
    public SchemaNode? Element { get; init; }

    public ListType ListType { get; init; }

    public IReadOnlyList<string> ListKeys { get; init; } = [];

    /// <summary>What an absent value counts as: where it is part of a list item's key, and in custom resources.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>An object or map that has one owner as a whole.</summary>
    public bool Atomic { get; init; }

    /// <summary>Unknown fields are kept.</summary>
    public bool PreserveUnknown { get; init; }

    /// <summary>The key by which a strategic merge patch matches items; null: the list is replaced.</summary>
    public string? PatchMergeKey { get; init; }

    /// <summary>A strategic merge patch merges the list, by key or, for primitives, by value.</summary>
    public bool PatchMerges { get; init; }

    /// <summary>A strategic merge patch takes the value whole.</summary>
    public bool PatchReplaces { get; init; }

    /// <summary>Fields that an object must have.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Fields that are never absent, with what they are when nothing is given: Go writes them always.</summary>
    public IReadOnlyDictionary<string, ZeroValue> Zeros { get; init; } = new Dictionary<string, ZeroValue>();

    /// <summary>Numbers and booleans that are left out when they are zero.</summary>
    public IReadOnlySet<string> OmitsZero { get; init; } = new HashSet<string>();

    /// <summary>Texts that are kept when they are empty: absent is something else.</summary>
    public IReadOnlySet<string> KeepsEmpty { get; init; } = new HashSet<string>();

    /// <summary>The schema as its CustomResourceDefinition wrote it, for validation; null for built-in types.</summary>
    public JsonObject? Source { get; init; }

    /// <summary>The .NET model of a built-in struct, for its documentation; null otherwise.</summary>
    public Type? Model { get; init; }

    public IReadOnlyDictionary<string, SchemaNode> Properties => made ??= properties!();

    /// <summary>The schema of a field: a property, a map's value, or null when the field is unknown.</summary>
    public SchemaNode? Field(string name) =>
        Type is SchemaType.Any ? Anything
        : Properties.TryGetValue(name, out var property) ? property
        : Element is not null && Type is SchemaType.Map ? Element
        : PreserveUnknown ? Anything
        : null;
}
