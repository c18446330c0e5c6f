namespace Emulator.Schema.Model;

/// <summary>The shape of a JSON value, as far as merging and decoding tell shapes apart.</summary>
internal enum SchemaType
{
    /// <summary>Anything at all: RawExtension, preserved unknown fields.</summary>
    Any,
    Object,
    Map,
    List,
    String,
    Integer,
    Number,
    Boolean,
    IntOrString,
    Quantity,
}
