using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Whereami.Payload;

/// <summary>JSON as Python writes it: sorted keys, two spaces of indent and plain UTF-8, or on one line in ASCII.</summary>
/// <remarks>System.Text.Json's encoders escape emoji, which the payload shows as they are.</remarks>
internal sealed class JsonText(bool compact)
{
    private static readonly SearchValues<char> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\']);

    public string NewLine { get; } = compact ? "" : "\n";

    /// <summary>What stands between two members of the outermost object.</summary>
    public string Separator { get; } = compact ? "," : ",\n";

    /// <summary>A member's name in the outermost object, with its colon.</summary>
    public string Name(string key) => compact ? $"\"{key}\":" : $"  \"{key}\": ";

    public string Quote(string value)
    {
        if (value.AsSpan().IndexOfAny(Special) < 0 && (!compact || Ascii.IsValid(value)))
        {
            return "\"" + value + "\"";
        }

        var text = new StringBuilder(value.Length + 16).Append('"');
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => Escaped(text, letter),
                > '~' when compact => Escaped(text, letter),
                _ => text.Append(letter),
            };
        }

        return text.Append('"').ToString();
    }

    public void WriteString(IBufferWriter<byte> output, string? value)
    {
        if (value is null)
        {
            output.Write("null"u8);
        }
        else if (value.AsSpan().IndexOfAny(Special) < 0 && Ascii.IsValid(value))
        {
            var span = output.GetSpan(value.Length + 2);
            span[0] = (byte)'"';
            Encoding.ASCII.GetBytes(value, span[1..]);
            span[value.Length + 1] = (byte)'"';
            output.Advance(value.Length + 2);
        }
        else
        {
            Encoding.UTF8.GetBytes(Quote(value), output);
        }
    }

    /// <summary>A value in this form, with sorted keys.</summary>
    /// <param name="depth">How deep the value stands: 0 for an answer of its own, 1 for a member of the payload.</param>
    public void Append(StringBuilder text, JsonElement value, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendAll(text, '{', '}', value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal), depth, member =>
                {
                    text.Append(Quote(member.Name)).Append(compact ? ":" : ": ");
                    Append(text, member.Value, depth + 1);
                });
                break;
            case JsonValueKind.Array:
                AppendAll(text, '[', ']', value.EnumerateArray(), depth, element => Append(text, element, depth + 1));
                break;
            case JsonValueKind.String:
                text.Append(Quote(value.GetString()!));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    /// <summary>An object of strings in this form; the pairs are taken in the order given.</summary>
    public void Append(StringBuilder text, IEnumerable<KeyValuePair<string, string>> members, int depth) =>
        AppendAll(text, '{', '}', members, depth, member => text.Append(Quote(member.Key)).Append(compact ? ":" : ": ").Append(Quote(member.Value)));

    private void AppendAll<T>(StringBuilder text, char open, char close, IEnumerable<T> items, int depth, Action<T> append)
    {
        text.Append(open);
        var first = true;
        foreach (var item in items)
        {
            text.Append(first ? "" : ",");
            first = false;
            Indent(text, depth + 1);
            append(item);
        }

        if (!first)
        {
            Indent(text, depth);
        }

        text.Append(close);
    }

    private void Indent(StringBuilder text, int depth)
    {
        if (!compact)
        {
            text.Append('\n').Append(' ', depth * 2);
        }
    }

    private static StringBuilder Escaped(StringBuilder text, char letter) => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
}
