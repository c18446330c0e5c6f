using System.Text.Encodings.Web;
using System.Text.Json;

namespace Emulator.Storage;

/// <summary>How objects are written as JSON: compact, and with no character escaped that need not be, as Go's encoder does.</summary>
internal static class StoreJson
{
    public static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };
}
