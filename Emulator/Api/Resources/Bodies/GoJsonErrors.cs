using System.Text;
using System.Text.Json;

namespace Emulator.Api.Resources;

/// <summary>Says of malformed JSON what Go's encoding/json says.</summary>
internal static class GoJsonErrors
{
    public static string Describe(ReadOnlySpan<byte> body, JsonException fault)
    {
        if (body.Length == 0 || AtEnd(body, fault))
        {
            return "unexpected end of JSON input";
        }

        var at = Offset(body, fault);
        var found = at < body.Length ? Encoding.UTF8.GetString(body.Slice(at, 1)) : "";
        return $"invalid character '{found}' {Where(fault)}";
    }

    private static bool AtEnd(ReadOnlySpan<byte> body, JsonException fault) => Offset(body, fault) >= body.Length || fault.Message.StartsWith("Expected depth", StringComparison.Ordinal);

    private static int Offset(ReadOnlySpan<byte> body, JsonException fault)
    {
        var line = fault.LineNumber ?? 0;
        var at = 0;
        while (line > 0 && body[at..].IndexOf((byte)'\n') is var next and >= 0)
        {
            at += next + 1;
            line--;
        }

        return at + (int)(fault.BytePositionInLine ?? 0);
    }

    private static string Where(JsonException fault) =>
        fault.Message.Contains("property name", StringComparison.Ordinal) ? "looking for beginning of object key string"
        : fault.Message.Contains("after a value", StringComparison.Ordinal) ? "after object key:value pair"
        : fault.Message.Contains("after a single JSON value", StringComparison.Ordinal) ? "after top-level value"
        : "looking for beginning of value";
}
