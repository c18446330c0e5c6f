using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Schema.Validation;
using Emulator.Storage;

namespace Emulator.Schema.Crd;

/// <summary>Bounds, patterns and formats of single values.</summary>
internal static class ScalarRules
{
    public static void Check(JsonNode value, JsonObject schema, string field, Causes causes)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.Number:
                CheckNumber(value, schema, field, causes);
                break;
            case JsonValueKind.String:
                CheckText(value.GetValue<string>(), schema, field, causes);
                break;
        }
    }

    public static void CheckCount(int count, JsonObject schema, string minimum, string maximum, string what, string field, Causes causes)
    {
        if (schema[maximum].AsLong() is { } most && count > most)
        {
            causes.Add("FieldValueTooMany", field, $"Too many: {count}", $"must have at most {most} items");
        }

        if (schema[minimum].AsLong() is { } least && count < least)
        {
            causes.InvalidNumber(field, count, $"{field} in body should have at least {least} {what}");
        }
    }

    public static string Printed(JsonNode? value) => value is JsonValue text && text.GetValueKind() is JsonValueKind.String
        ? GoQuote.Text(text.GetValue<string>())
        : value?.ToJsonString(StoreJson.Options) ?? "null";

    private static void CheckNumber(JsonNode value, JsonObject schema, string field, Causes causes)
    {
        var number = Number(value);
        void Fault(string why) => causes.Invalid(field, value.ToJsonString(), $"{field} in body should be {why}");
        if (schema["maximum"] is { } most && (schema.IsTrue("exclusiveMaximum") ? number >= Number(most) : number > Number(most)))
        {
            Fault($"less than {(schema.IsTrue("exclusiveMaximum") ? "" : "or equal to ")}{most.ToJsonString()}");
        }

        if (schema["minimum"] is { } least && (schema.IsTrue("exclusiveMinimum") ? number <= Number(least) : number < Number(least)))
        {
            Fault($"greater than {(schema.IsTrue("exclusiveMinimum") ? "" : "or equal to ")}{least.ToJsonString()}");
        }

        if (schema["multipleOf"] is { } factor && Number(factor) is > 0 and var divisor && Math.Abs(number / divisor - Math.Round(number / divisor)) > 1e-9)
        {
            Fault($"a multiple of {factor.ToJsonString()}");
        }

        if (schema.Text("format") == "int32" && number is < int.MinValue or > int.MaxValue)
        {
            causes.Invalid(field, value.ToJsonString(), $"{field} in body must be of type int32: \"int64\"");
        }
    }

    private static void CheckText(string text, JsonObject schema, string field, Causes causes)
    {
        var length = text.EnumerateRunes().Count();
        if (schema["maxLength"].AsLong() is { } most && length > most)
        {
            causes.TooLong(field, most);
        }

        if (schema["minLength"].AsLong() is { } least && length < least)
        {
            causes.InvalidText(field, text, $"{field} in body should be at least {least} chars long");
        }

        if (schema.Text("pattern") is { Length: > 0 } pattern && !GoPattern.IsMatch(pattern, text))
        {
            causes.InvalidText(field, text, $"{field} in body should match '{pattern}'");
        }

        if (schema.Text("format") is { Length: > 0 } format && !ValueFormats.Fits(format, text))
        {
            causes.InvalidText(field, text, $"{field} in body must be of type {format}: {GoQuote.Text(text)}");
        }
    }

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);
}
