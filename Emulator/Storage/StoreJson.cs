using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Emulator.Storage;

/// <summary>How objects are written as JSON: compact, and with no character escaped that need not be, as Go's encoder does.</summary>
internal static class StoreJson
{
    private const int MaxDepth = 256;

    public static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth };

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = MaxDepth };

    /// <summary>Parses what <see cref="Options"/> wrote, however deep it is.</summary>
    public static JsonNode Parse(ReadOnlySpan<byte> json) => JsonNode.Parse(json, documentOptions: Reading)!;
}
