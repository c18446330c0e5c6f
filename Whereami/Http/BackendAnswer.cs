using System.Text;
using System.Text.Json;
using Whereami.Payload;

namespace Whereami.Http;

/// <summary>What a backend answered, in the two forms in which it is passed on.</summary>
/// <param name="InPayload">As a member of the payload.</param>
/// <param name="Alone">As an answer of its own.</param>
/// <param name="IsText">Whether the value alone is plain text.</param>
internal sealed record BackendAnswer(byte[] InPayload, byte[] Alone, bool IsText)
{
    /// <summary>The answer of a backend that failed.</summary>
    public static BackendAnswer None { get; } = new("null"u8.ToArray(), "null\n"u8.ToArray(), false);

    public static BackendAnswer Of(JsonElement value, JsonText json)
    {
        var nested = new StringBuilder();
        json.Append(nested, value, 1);
        if (value.ValueKind == JsonValueKind.String)
        {
            return new BackendAnswer(Encoding.UTF8.GetBytes(nested.ToString()), Encoding.UTF8.GetBytes(value.GetString()!), true);
        }

        var alone = new StringBuilder();
        json.Append(alone, value, 0);
        return new BackendAnswer(Encoding.UTF8.GetBytes(nested.ToString()), Encoding.UTF8.GetBytes(alone.Append('\n').ToString()), false);
    }
}
