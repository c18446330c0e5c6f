using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Provisioner.Kubernetes;

/// <summary>Writes JSON as YAML that people can read.</summary>
internal static class YamlText
{
    public static string Write(JsonObject root)
    {
        var text = new StringBuilder();
        WriteMembers(text, root, 0);
        return text.ToString();
    }

    private static void WriteMembers(StringBuilder text, JsonObject item, int indent, bool afterDash = false)
    {
        foreach (var (name, value) in item)
        {
            text.Append(' ', afterDash ? 0 : indent).Append(name).Append(':');
            afterDash = false;
            WriteValue(text, value, indent);
        }
    }

    private static void WriteValue(StringBuilder text, JsonNode? value, int indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } item:
                text.Append('\n');
                WriteMembers(text, item, indent + 2);
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('\n');
                foreach (var element in list)
                {
                    text.Append(' ', indent).Append("- ");
                    if (element is JsonObject { Count: > 0 } member)
                    {
                        WriteMembers(text, member, indent + 2, afterDash: true);
                    }
                    else
                    {
                        text.Append(Scalar(element)).Append('\n');
                    }
                }

                break;
            default:
                text.Append(' ').Append(Scalar(value)).Append('\n');
                break;
        }
    }

    // What could be taken for something else than a string is quoted; a JSON string is a YAML string.
    private static string Scalar(JsonNode? value) =>
        value is JsonValue scalar && scalar.GetValueKind() == JsonValueKind.String && scalar.GetValue<string>() is var text && IsPlain(text)
            ? text
            : value?.ToJsonString() ?? "null";

    private static bool IsPlain(string text) =>
        text.Length > 0
        && char.IsAsciiLetter(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or ':' or '+' or '=')
        && !text.EndsWith(':')
        && text.ToLowerInvariant() is not ("null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n");
}
