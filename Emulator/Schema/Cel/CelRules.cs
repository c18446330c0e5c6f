using System.Text.Json.Nodes;
using Emulator.Schema.Crd;
using Emulator.Schema.Defaults;
using Emulator.Schema.Validation;

namespace Emulator.Schema.Cel;

/// <summary>Holds a custom resource to the rules (x-kubernetes-validations) of its schema.</summary>
internal sealed class CelRules
{
    private const string Extension = "x-kubernetes-validations";

    /// <summary>What one evaluation may cost (k8s.io/apiserver/pkg/apis/cel, PerCallLimit).</summary>
    private const long CallLimit = 1_000_000;

    /// <summary>What all evaluations for one object may cost (RuntimeCELCostBudget).</summary>
    private const long ObjectLimit = 10_000_000;

    private readonly Causes causes;

    private long left = ObjectLimit;

    private CelRules(Causes causes) => this.causes = causes;

    public static bool HasRules(JsonNode? schema) => schema switch
    {
        JsonObject map => map.ContainsKey(Extension) || map.Any(field => HasRules(field.Value)),
        JsonArray list => list.Any(HasRules),
        _ => false,
    };

    /// <param name="field">Where the value is; empty for a whole resource.</param>
    public static void Check(JsonNode? value, JsonNode? old, JsonObject schema, string field, Causes causes) => new CelRules(causes).Check(value, old, schema, field);

    private void Check(JsonNode? value, JsonNode? old, JsonObject schema, string field)
    {
        if (value is null)
        {
            return;
        }

        var rules = schema.Items(Extension).ToList();
        if (rules.Count > 0)
        {
            CheckAll(rules, value, old, schema, field);
        }

        switch (value)
        {
            case JsonObject map:
                var properties = schema.Map("properties");
                foreach (var (name, item) in map)
                {
                    if (left >= 0 && (properties?[name] ?? schema["additionalProperties"]) is JsonObject inner)
                    {
                        Check(item, (old as JsonObject)?[name], inner, field.Length == 0 ? name : $"{field}.{name}");
                    }
                }

                break;
            case JsonArray list when schema.Map("items") is { } items:
                var keys = schema.Text("x-kubernetes-list-type") == "map" ? (schema["x-kubernetes-list-map-keys"] as JsonArray ?? []).Select(key => key!.ToString()).ToList() : [];
                for (var at = 0; at < list.Count && left >= 0; at++)
                {
                    Check(list[at], keys.Count == 0 ? null : Same(list[at], old as JsonArray, keys), items, $"{field}[{at}]");
                }

                break;
        }
    }

    /// <summary>What an item of a list map was before: items are the same whose keys are.</summary>
    private static JsonNode? Same(JsonNode? item, JsonArray? old, List<string> keys) =>
        old?.FirstOrDefault(before => keys.All(key => JsonNode.DeepEquals((before as JsonObject)?[key], (item as JsonObject)?[key])));

    private void CheckAll(List<JsonObject> rules, JsonNode value, JsonNode? old, JsonObject schema, string field)
    {
        // What has not changed is not asked again, so that rules may become stricter (ratcheting, KEP-4008).
        if (old is not null && JsonNode.DeepEquals(value, old))
        {
            return;
        }

        var type = CelType.Of(schema, isResource: field.Length == 0);
        var (self, before) = (CelValues.From(value, type), CelValues.From(old, type));
        foreach (var rule in rules)
        {
            var source = CelRule.Of(rule.Text("rule") ?? "");
            var isOptional = rule.IsTrue("optionalOldSelf");
            if (left < 0 || source.Program is null || source.Unsupported is not null || source.UsesOldSelf && old is null && !isOptional)
            {
                continue;
            }

            var oldSelf = !isOptional ? before : old is null ? CelOptional.None : new CelOptional(true, before);
            CheckRule(rule, source.Program, new Dictionary<string, object?> { ["self"] = self, ["oldSelf"] = oldSelf }, CustomValidator.TypeName(value), field);
        }
    }

    private void CheckRule(JsonObject rule, CelProgram program, Dictionary<string, object?> variables, string type, string field)
    {
        var said = rule.Text("message")?.Trim() is { Length: > 0 } message ? message : rule.Text("rule")!.Trim();
        bool? isHeld = null;
        string? fault = null;
        long cost = 0;
        try
        {
            isHeld = CelValues.Truth(program.Run(variables, CallLimit, out cost));
        }
        catch (CelException e)
        {
            fault = e.Message == "no such overload"
                ? $"'{e.Message}': call arguments did not match a supported operator, function or macro signature for rule: {said}"
                : $"{e.Message} evaluating rule: {said}";
        }
        catch (CelLimitException e)
        {
            fault = $"'{e.Message}': no further validation rules will be run due to call cost exceeds limit for rule: {said}";
        }

        if (cost > left)
        {
            (fault, isHeld) = ("validation failed due to running out of cost budget, no further validation rules will be run", null);
        }

        left = cost > left || cost > CallLimit ? -1 : left - cost;
        if (fault is not null)
        {
            causes.Invalid(field, $"\"{type}\"", fault);
        }
        else if (isHeld == false)
        {
            var path = field + (rule.Text("fieldPath") is { Length: > 0 } below ? field.Length == 0 ? below.TrimStart('.') : below : "");
            Report(rule.Text("reason"), path, type, Message(rule, variables));
        }
    }

    private void Report(string? reason, string path, string type, string message)
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

    private static string Message(JsonObject rule, Dictionary<string, object?> variables)
    {
        if (rule.Text("messageExpression") is { Length: > 0 } expression && CelRule.Of(expression).Program is { } program)
        {
            try
            {
                if ((program.Run(variables, CallLimit, out _) as string)?.Trim() is { Length: > 0 } made && !made.Contains('\n'))
                {
                    return made;
                }
            }
            catch (Exception e) when (e is CelException or CelLimitException)
            {
                // The plain message stands in, as in the real server.
            }
        }

        return rule.Text("message")?.Trim() is { Length: > 0 } message ? message : $"failed rule: {rule.Text("rule")!.Trim()}";
    }
}
