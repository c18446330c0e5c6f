using Emulator.Schema.Model;

namespace Emulator.Schema.BuiltIn;

/// <summary>The scalar types of the built-in kinds.</summary>
internal static class Scalars
{
    public static readonly SchemaNode String = new() { Type = SchemaType.String, GoType = "string" };
    public static readonly SchemaNode Int32 = new() { Type = SchemaType.Integer, Format = "int32", GoType = "int32" };
    public static readonly SchemaNode Int64 = new() { Type = SchemaType.Integer, Format = "int64", GoType = "int64" };
    public static readonly SchemaNode Boolean = new() { Type = SchemaType.Boolean, GoType = "bool" };
    public static readonly SchemaNode Double = new() { Type = SchemaType.Number, Format = "double", GoType = "float64" };
    public static readonly SchemaNode Time = new() { Type = SchemaType.String, Format = "date-time", GoType = "v1.Time" };
    public static readonly SchemaNode MicroTime = new() { Type = SchemaType.String, Format = "micro-time", GoType = "v1.MicroTime" };
    public static readonly SchemaNode Bytes = new() { Type = SchemaType.String, Format = "byte", GoType = "[]uint8" };
    public static readonly SchemaNode IntOrString = new() { Type = SchemaType.IntOrString, Format = "int-or-string", GoType = "intstr.IntOrString" };
    public static readonly SchemaNode Quantity = new() { Type = SchemaType.Quantity, GoType = "resource.Quantity" };

    /// <summary>A port's protocol, part of the key of ports and TCP unless said.</summary>
    public static readonly SchemaNode Protocol = new() { Type = SchemaType.String, GoType = "v1.Protocol", Default = "TCP" };

    /// <summary>The few times that have microseconds.</summary>
    public static bool IsMicroTime(string field) =>
        field is "Event.eventTime" or "EventSeries.lastObservedTime" or "LeaseSpec.acquireTime" or "LeaseSpec.renewTime";
}
