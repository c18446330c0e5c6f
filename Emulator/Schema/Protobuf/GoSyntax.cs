using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Schema.Protobuf;

/// <summary>Writes an object as Kubernetes prints its Go struct before it takes a hash of it (k8s.io/apimachinery/pkg/util/dump, ForHash).</summary>
internal static class GoSyntax
{
    private const string Nil = "<nil>";

    // {Name:(string)web Ports:([]v1.ContainerPort)<nil> TerminationGracePeriodSeconds:(*int64)30 …}
    public static string Write(string message, JsonNode? value)
    {
        var text = new StringBuilder($"(v1.{GoStructs.Short(message)})", 8192);
        WriteStruct(text, message, value as JsonObject);
        return text.ToString();
    }

    private static void WriteStruct(StringBuilder text, string message, JsonObject? value)
    {
        text.Append('{');
        var first = true;
        foreach (var field in GoStructs.Fields(message))
        {
            if (!first)
            {
                text.Append(' ');
            }

            first = false;
            if (field.Name == "^")
            {
                var name = GoStructs.Short(field.Type);
                text.Append(CultureInfo.InvariantCulture, $"{name}:(v1.{name})");
                WriteStruct(text, field.Type, value);
            }
            else
            {
                text.Append(GoStructs.Name(message, field.Name)).Append(':');
                WriteField(text, message, field, value?[field.Name]);
            }
        }

        text.Append('}');
    }

    private static void WriteField(StringBuilder text, string message, MessageField field, JsonNode? value)
    {
        var type = GoStructs.Type(message, field);
        text.Append('(').Append(field switch
        {
            { IsMap: true, Type: "q" } => "v1.ResourceList",
            { IsMap: true } => $"map[string]{type}",
            { Repeated: true } => $"[]{type}",
            { Optional: true } => $"*{type}",
            _ => type,
        }).Append(')');
        switch (field)
        {
            case { IsMap: true }:
                WriteAll(text, "map[", (value as JsonObject ?? []).OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key + ":", entry.Value)), field.Type);
                break;
            case { Repeated: true }:
                WriteAll(text, "[", (value as JsonArray ?? []).Select(item => ("", item)), field.Type);
                break;
            case { Optional: true } when value is null:
                text.Append(Nil);
                break;
            default:
                WriteValue(text, field.Type, value);
                break;
        }
    }

    private static void WriteAll(StringBuilder text, string open, IEnumerable<(string Key, JsonNode? Value)> items, string type)
    {
        var before = open;
        foreach (var (key, value) in items)
        {
            text.Append(before).Append(key);
            WriteValue(text, type, value);
            before = " ";
        }

        text.Append(before == open ? Nil : "]");
    }

    private static void WriteValue(StringBuilder text, string type, JsonNode? value)
    {
        switch (type)
        {
            case "s":
                text.Append(Text(value));
                break;
            case "i":
                text.Append(value.AsLong() ?? 0);
                break;
            case "b":
                text.Append(value is JsonValue flag && flag.TryGetValue<bool>(out var holds) && holds ? "true" : "false");
                break;
            case "t":
                text.Append("{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}");
                break;
            case "q":
                WriteQuantity(text, Text(value));
                break;
            case "p":
                var number = value.AsLong();
                text.Append(CultureInfo.InvariantCulture, $"{{Type:(intstr.Type){(number is null && value is not null ? 1 : 0)} IntVal:(int32){number ?? 0} StrVal:(string){(number is null ? Text(value) : "")}}}");
                break;
            default:
                WriteStruct(text, type, value as JsonObject);
                break;
        }
    }

    private static string Text(JsonNode? value) => value is JsonValue known && known.TryGetValue<string>(out var text) ? text : "";

    /// <summary>A quantity that was read from its canonical form: a number and a power of ten, or whole units when its suffix is a power of two.</summary>
    private static void WriteQuantity(StringBuilder text, string amount)
    {
        var digits = amount.TrimEnd("numkMGTPEi".ToCharArray());
        var suffix = amount[digits.Length..];
        var isBinary = suffix.EndsWith('i');
        var value = long.TryParse(digits, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        var scale = isBinary ? 0 : (Array.IndexOf(["n", "u", "m", "", "k", "M", "G", "T", "P", "E"], suffix) - 3) * 3;
        var units = isBinary ? value << (10 * (Array.IndexOf(["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"], suffix) + 1)) : value;
        var format = amount is "" or "0" ? "" : isBinary ? "BinarySI" : "DecimalSI";
        text.Append(CultureInfo.InvariantCulture, $"{{i:(resource.int64Amount){{value:(int64){units} scale:(resource.Scale){scale}}} ");
        text.Append(CultureInfo.InvariantCulture, $"d:(resource.infDecAmount){{Dec:(*inf.Dec)<nil>}} s:(string){amount} Format:(resource.Format){format}}}");
    }
}
