using System.Text.Json.Nodes;
using Emulator.Schema.Crd;
using Emulator.Schema.Defaults;
using Emulator.Schema.Validation;

namespace Emulator.Schema.Cel;

/// <summary>Holds a custom resource to the rules (x-kubernetes-validations) of its schema.</summary>
internal static class CelRules
{
    private const string Extension = "x-kubernetes-validations";

    private static readonly BoundedCache<CelProgram> Programs = new(text => new CelProgram(CelParser.Parse(text)));

    public static bool HasRules(JsonNode? schema) => schema switch
    {
        JsonObject map => map.ContainsKey(Extension) || map.Any(field => HasRules(field.Value)),
        JsonArray list => list.Any(HasRules),
        _ => false,
    };

    public static void Check(JsonNode? value, JsonNode? old, JsonObject schema, string field, Causes causes)
    {
        if (value is null)
        {
            return;
        }

        foreach (var rule in schema.Items(Extension))
        {
            CheckRule(rule, value, old, field, causes);
        }

        switch (value)
        {
            case JsonObject map:
                var properties = schema.Map("properties");
                foreach (var (name, item) in map)
                {
                    if ((properties?[name] ?? schema["additionalProperties"]) is JsonObject inner)
                    {
                        Check(item, (old as JsonObject)?[name], inner, field.Length == 0 ? name : $"{field}.{name}", causes);
                    }
                }

                break;
            case JsonArray list when schema.Map("items") is { } items:
                var keys = schema.Text("x-kubernetes-list-type") == "map" ? (schema["x-kubernetes-list-map-keys"] as JsonArray ?? []).Select(key => key!.ToString()).ToList() : [];
                for (var at = 0; at < list.Count; at++)
                {
                    Check(list[at], keys.Count == 0 ? null : Same(list[at], old as JsonArray, keys), items, $"{field}[{at}]", causes);
                }

                break;
        }
    }

    /// <summary>What an item of a list map was before: items are the same whose keys are.</summary>
    private static JsonNode? Same(JsonNode? item, JsonArray? old, List<string> keys) =>
        old?.FirstOrDefault(before => keys.All(key => JsonNode.DeepEquals((before as JsonObject)?[key], (item as JsonObject)?[key])));

    /// <summary>Why a rule cannot be held here, or null: it does not parse, or uses a function that is not known.</summary>
    public static string? Unsupported(string rule)
    {
        try
        {
            return CelParser.Parse(rule).All.OfType<CelNode.Call>().FirstOrDefault(call => !CelFunctions.IsKnown(call.Function)) is { } missing ? $"function {missing.Function}" : null;
        }
        catch (CelException fault)
        {
            return UsesOptionals(rule) ? "optional types" : fault.Message;
        }
    }

    /// <summary>Whether a rule has the syntax of optional types: <c>self.?a</c>, <c>self[?0]</c>, <c>{?"a": b}</c>.</summary>
    public static bool UsesOptionals(string rule) =>
        rule.Contains(".?", StringComparison.Ordinal) || rule.Contains("[?", StringComparison.Ordinal) || rule.Contains("{?", StringComparison.Ordinal);

    private static void CheckRule(JsonObject rule, JsonNode value, JsonNode? old, string field, Causes causes)
    {
        var source = rule.Text("rule") ?? "";
        var isOptional = rule.IsTrue("optionalOldSelf");
        var transition = !isOptional && source.Contains("oldSelf", StringComparison.Ordinal);
        if (transition && old is null || old is not null && JsonNode.DeepEquals(value, old) || Unsupported(source) is not null)
        {
            return;
        }

        var variables = new Dictionary<string, object?> { ["self"] = CelValues.From(value), ["oldSelf"] = Before(old, isOptional) };
        var path = field + (rule.Text("fieldPath") is { Length: > 0 } below ? field.Length == 0 ? below.TrimStart('.') : below : "");
        try
        {
            if (!CelValues.Truth(Programs.Get(source).Run(variables)))
            {
                Report(rule.Text("reason"), path, CustomValidator.TypeName(value), Message(rule, variables, source), causes);
            }
        }
        catch (CelException fault)
        {
            var said = rule.Text("message")?.Trim() is { Length: > 0 } message ? message : source.Trim();
            causes.Invalid(field, $"\"{CustomValidator.TypeName(value)}\"", $"{fault.Message} evaluating rule: {said}");
        }
    }

    private static object? Before(JsonNode? old, bool isOptional) =>
        !isOptional ? CelValues.From(old) : old is null ? CelOptional.None : new CelOptional(true, CelValues.From(old));

    private static void Report(string? reason, string path, string type, string message, Causes causes)
    {
        switch (reason)
        {
            case "FieldValueForbidden":
                causes.Forbidden(path, message);
                break;
            case "FieldValueRequired":
                causes.Required(path, message);
                break;
            case "FieldValueDuplicate":
                causes.Duplicate(path, $"\"{type}\"");
                break;
            default:
                causes.Invalid(path, $"\"{type}\"", message);
                break;
        }
    }

    private static string Message(JsonObject rule, Dictionary<string, object?> variables, string source)
    {
        if (rule.Text("messageExpression") is { Length: > 0 } expression)
        {
            try
            {
                if (Programs.Get(expression).Run(variables) is string { Length: > 0 } made)
                {
                    return made;
                }
            }
            catch (CelException)
            {
                // The plain message stands in, as in the real server.
            }
        }

        return rule.Text("message")?.Trim() is { Length: > 0 } message ? message : $"failed rule: {source.Trim()}";
    }
}
