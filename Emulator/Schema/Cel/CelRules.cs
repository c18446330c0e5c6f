using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Emulator.Schema.Crd;
using Emulator.Schema.Defaults;
using Emulator.Schema.Validation;

namespace Emulator.Schema.Cel;

/// <summary>Holds a custom resource to the rules (x-kubernetes-validations) of its schema.</summary>
internal static class CelRules
{
    private const string Extension = "x-kubernetes-validations";

    private static readonly ConcurrentDictionary<string, CelProgram> Programs = new();

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
                for (var at = 0; at < list.Count; at++)
                {
                    Check(list[at], null, items, $"{field}[{at}]", causes);
                }

                break;
        }
    }

    /// <summary>Why a rule cannot be held here, or null: it does not parse, or uses a function that is not known.</summary>
    public static string? Unsupported(string rule)
    {
        try
        {
            return Functions(CelParser.Parse(rule)).FirstOrDefault(name => !CelFunctions.IsKnown(name)) is { } missing ? $"function {missing}" : null;
        }
        catch (CelException fault)
        {
            return UsesOptionals(rule) ? "optional types" : fault.Message;
        }
    }

    /// <summary>Whether a rule has the syntax of optional types: <c>self.?a</c>, <c>self[?0]</c>, <c>{?"a": b}</c>.</summary>
    public static bool UsesOptionals(string rule) =>
        rule.Contains(".?", StringComparison.Ordinal) || rule.Contains("[?", StringComparison.Ordinal) || rule.Contains("{?", StringComparison.Ordinal);

    /// <summary>The names that an expression refers to.</summary>
    public static IEnumerable<string> Names(CelNode node) => node switch
    {
        CelNode.Name name => [name.Text],
        CelNode.Call call => call.Arguments.SelectMany(Names).Concat(call.Target is null ? [] : Names(call.Target)),
        CelNode.Field field => Names(field.Owner),
        CelNode.Element element => Names(element.Owner).Concat(Names(element.Index)),
        CelNode.Unary unary => Names(unary.Operand),
        CelNode.Binary binary => Names(binary.Left).Concat(Names(binary.Right)),
        CelNode.Conditional choice => Names(choice.Test).Concat(Names(choice.Then)).Concat(Names(choice.Else)),
        CelNode.List list => list.Items.SelectMany(Names),
        CelNode.Map map => map.Entries.SelectMany(entry => Names(entry.Key).Concat(Names(entry.Value))),
        _ => [],
    };

    private static void CheckRule(JsonObject rule, JsonNode value, JsonNode? old, string field, Causes causes)
    {
        var source = rule.Text("rule") ?? "";
        var transition = source.Contains("oldSelf", StringComparison.Ordinal);
        if (transition && old is null || old is not null && JsonNode.DeepEquals(value, old) || Unsupported(source) is not null)
        {
            return;
        }

        var variables = new Dictionary<string, object?> { ["self"] = CelValues.From(value), ["oldSelf"] = CelValues.From(old) };
        var path = field + (rule.Text("fieldPath") is { Length: > 0 } below ? field.Length == 0 ? below.TrimStart('.') : below : "");
        try
        {
            if (!CelValues.Truth(Program(source).Run(variables)))
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
                if (Program(expression).Run(variables) is string { Length: > 0 } made)
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

    private static CelProgram Program(string source) => Programs.GetOrAdd(source, static text => new CelProgram(CelParser.Parse(text)));

    private static IEnumerable<string> Functions(CelNode node) => node switch
    {
        CelNode.Call call => call.Arguments.SelectMany(Functions).Concat(call.Target is null ? [] : Functions(call.Target)).Append(call.Function),
        CelNode.Field field => Functions(field.Owner),
        CelNode.Element element => Functions(element.Owner).Concat(Functions(element.Index)),
        CelNode.Unary unary => Functions(unary.Operand),
        CelNode.Binary binary => Functions(binary.Left).Concat(Functions(binary.Right)),
        CelNode.Conditional choice => Functions(choice.Test).Concat(Functions(choice.Then)).Concat(Functions(choice.Else)),
        CelNode.List list => list.Items.SelectMany(Functions),
        CelNode.Map map => map.Entries.SelectMany(entry => Functions(entry.Key).Concat(Functions(entry.Value))),
        _ => [],
    };
}
