using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Cel;

/// <summary>The type of an expression, as far as it is known before there are values (k8s.io/apiserver/pkg/cel, SchemaDeclType).</summary>
internal abstract record CelType
{
    /// <summary>Anything: what is not known, or may be one of several types.</summary>
    public static readonly CelType Any = new Plain("dyn");

    public static readonly CelType Truth = new Plain("bool");
    public static readonly CelType Whole = new Plain("int");
    public static readonly CelType Number = new Plain("double");
    public static readonly CelType Text = new Plain("string");
    public static readonly CelType Bytes = new Plain("bytes");
    public static readonly CelType Time = new Plain("timestamp");
    public static readonly CelType Span = new Plain("duration");
    public static readonly CelType Null = new Plain("null");
    public static readonly CelType Unsigned = new Plain("uint");
    public static readonly CelType Quantity = new Plain("kubernetes.Quantity");
    public static readonly CelType Address = new Plain("net.IP");
    public static readonly CelType Network = new Plain("net.CIDR");
    public static readonly CelType Url = new Plain("kubernetes.URL");
    public static readonly CelType Format = new Plain("kubernetes.NamedFormat");

    /// <summary>Whether it is one of the types whose operators are all known.</summary>
    public bool IsSimple => this == Truth || this == Whole || this == Number || this == Text;

    /// <summary>Whether anything is known of it.</summary>
    public bool IsKnown => this != Any;

    /// <summary>The type of the values that a schema describes.</summary>
    /// <param name="isResource">Whether they are whole resources, with kind and metadata.</param>
    public static CelType Of(JsonObject? schema, bool isResource = false)
    {
        if (schema is null || schema.IsTrue("x-kubernetes-int-or-string"))
        {
            return Any;
        }

        switch (schema.Text("type"))
        {
            case "boolean":
                return Truth;
            case "integer":
                return Whole;
            case "number":
                return Number;
            case "string":
                return schema.Text("format") switch { "byte" => Bytes, "duration" => Span, "date" or "date-time" or "datetime" => Time, _ => Text };
            case "array":
                return new Sequence(Of(schema.Map("items")), schema.Text("x-kubernetes-list-type") switch
                {
                    "set" => [],
                    "map" => [.. (schema["x-kubernetes-list-map-keys"] as JsonArray ?? []).Select(key => key!.ToString())],
                    _ => null,
                });
            case "object" when schema.Map("additionalProperties") is { } values:
                return new Table(Of(values));
            case "object" when schema["additionalProperties"] is not null:
                return new Table(Any);
            case "object" when schema.Map("properties") is not null || isResource || schema.IsTrue("x-kubernetes-embedded-resource"):
                return new Record(schema.Map("properties") ?? [], isResource || schema.IsTrue("x-kubernetes-embedded-resource"));
            default:
                return Any;
        }
    }

    /// <summary>A type without parts.</summary>
    internal sealed record Plain(string Name) : CelType
    {
        public override string ToString() => Name;
    }

    /// <param name="Keys">How items are told apart where order does not count: by these fields, or, when there are none, by themselves.</param>
    internal sealed record Sequence(CelType Item, IReadOnlyList<string>? Keys = null) : CelType
    {
        public bool Equals(Sequence? other) => other is not null && Item.Equals(other.Item);

        public override int GetHashCode() => Item.GetHashCode();

        public override string ToString() => $"list({Item})";
    }

    internal sealed record Table(CelType Value) : CelType
    {
        public override string ToString() => $"map(string, {Value})";
    }

    internal sealed record Optional(CelType Value) : CelType
    {
        public override string ToString() => $"optional_type({Value})";
    }

    /// <summary>An object with the fields of its schema.</summary>
    internal sealed record Record(JsonObject Properties, bool IsResource) : CelType
    {
        /// <summary>The type of a field; null: there is no such field.</summary>
        public CelType? Field(string name) =>
            IsResource && name is "apiVersion" or "kind" ? Text
            : IsResource && name == "metadata" ? new Record(new JsonObject { ["name"] = Typed("string"), ["generateName"] = Typed("string") }, false)
            : Properties.Map(name) is { } property ? Of(property) : null;

        public override string ToString() => "object";

        private static JsonObject Typed(string type) => new() { ["type"] = type };
    }
}
