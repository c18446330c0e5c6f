using System.Text.Json;
using System.Text.Json.Nodes;

namespace Emulator.Schema;

/// <summary>The words of Go's JSON decoder.</summary>
internal static class GoJson
{
    /// <summary>What the decoder calls a value: <c>object</c>, <c>array</c>, <c>string</c>, <c>number</c>, <c>bool</c>, <c>null</c>.</summary>
    public static string Kind(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "bool",
        _ => "null",
    };
}
