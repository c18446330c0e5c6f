using System.Text.Json.Nodes;
using Emulator.Schema.Cel;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>Checks the rules (x-kubernetes-validations) of a definition's schema before any object is held to them (k8s.io/apiextensions-apiserver, schema/cel/compilation.go).</summary>
internal static class RuleSource
{
    /// <param name="isResource">Whether the schema is that of a whole resource.</param>
    public static void Check(JsonObject schema, bool isResource, SchemaPlace place, string field, Causes causes)
    {
        var rules = schema.Items("x-kubernetes-validations").ToList();
        var found = causes.Found.Count;
        for (var index = 0; index < rules.Count; index++)
        {
            CheckTexts(rules[index], schema, $"{field}.x-kubernetes-validations[{index}]", causes);
        }

        // Expressions are not looked at while something else about the rules is wrong.
        if (rules.Count == 0 || causes.Found.Count > found)
        {
            return;
        }

        var self = CelType.Of(schema, isResource);
        var times = place.Most ?? SchemaSizes.MostOften(schema);
        var at = 0;
        foreach (var rule in rules)
        {
            var path = $"{field}.x-kubernetes-validations[{at++}]";
            var source = rule.Text("rule")!;

            var before = rule.IsTrue("optionalOldSelf") ? new CelType.Optional(self) : self;
            ulong Cost(CelNode node, CelChecker found) => new CelCost(schema, isResource, found.Types).Of(node);
            if (Fault(source, self, before, CelType.Truth, "cel expression must evaluate to a bool", "compilation failed: ", out var cost, Cost) is { } wrong)
            {
                causes.Invalid($"{path}.rule", Printed(rule), wrong);
            }
            else
            {
                place.Costs.Add($"{path}.rule", "estimated rule cost", CelSize.Multiply(cost, times), causes);
                if (place.Uncorrelated is { } list && UsesOldSelf(source))
                {
                    causes.InvalidText($"{path}.rule", source, $"oldSelf cannot be used on the uncorrelatable portion of the schema within {list}");
                }
            }

            if (rule["optionalOldSelf"] is { } optional && !UsesOldSelf(source))
            {
                causes.Invalid($"{path}.optionalOldSelf", optional.ToJsonString(), "may not be set if oldSelf is not used in rule");
            }

            if (rule.Text("messageExpression") is { Length: > 0 } expression)
            {
                const string Wanted = "messageExpression must evaluate to a string";
                if (Fault(expression, self, before, CelType.Text, Wanted, "messageExpression compilation failed: ", out var said, Cost) is { } wrongMessage)
                {
                    causes.Invalid($"{path}.messageExpression", Printed(rule), wrongMessage);
                }
                else
                {
                    place.Costs.Add($"{path}.messageExpression", "estimated messageExpression cost", said, causes);
                }
            }
        }
    }

    /// <summary>What is said beside the expression.</summary>
    private static void CheckTexts(JsonObject rule, JsonObject schema, string path, Causes causes)
    {
        var (source, message) = (rule.Text("rule") ?? "", rule.Text("message") ?? "");
        if (string.IsNullOrWhiteSpace(source))
        {
            causes.Required($"{path}.rule", "rule is not specified");
        }
        else if (message.Length > 0 && string.IsNullOrWhiteSpace(message))
        {
            causes.InvalidText($"{path}.message", message, "message must be non-empty if specified");
        }
        else if (message.Trim().Contains('\n'))
        {
            causes.InvalidText($"{path}.message", message, "message must not contain line breaks");
        }
        else if (message.Length == 0 && source.Trim().Contains('\n'))
        {
            causes.Required($"{path}.message", "message must be specified if rule contains line breaks");
        }

        if (rule.Text("messageExpression") is { Length: > 0 } expression && string.IsNullOrWhiteSpace(expression))
        {
            causes.Required($"{path}.messageExpression", "messageExpression must be non-empty if specified");
        }

        causes.OneOf(rule, path, "reason", "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");
        if (rule.Text("fieldPath") is { Length: > 0 } place && !IsPath(place, schema))
        {
            causes.InvalidText($"{path}.fieldPath", place, "fieldPath must be a valid path");
        }
    }

    /// <summary>Whether a path such as <c>.a.b</c> or <c>['a']</c> leads to a field of the schema.</summary>
    private static bool IsPath(string path, JsonObject schema)
    {
        var at = (JsonObject?)schema;
        foreach (var part in path.Replace("['", ".", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal).Split('.').Skip(1))
        {
            at = part.Length == 0 ? null : at.Map("properties").Map(part) ?? at.Map("additionalProperties");
            if (at is null)
            {
                return false;
            }
        }

        return path[0] is '.' or '[';
    }

    private static string? Fault(
        string source, CelType self, CelType before, CelType wanted, string otherwise, string prefix, out ulong cost, Func<CelNode, CelChecker, ulong> count)
    {
        cost = 0;
        CelNode node;
        try
        {
            node = CelParser.Parse(source);
        }
        catch (CelException e)
        {
            return prefix + Shown(source, e.At, e.Message);
        }

        var checker = new CelChecker(self, before);
        var (type, faults) = checker.Check(node);
        cost = faults.Count == 0 ? count(node, checker) : 0;
        return faults.Count > 0 ? prefix + string.Join('\n', faults.Select(fault => Shown(source, fault.At, fault.Message)))
            : type != wanted && type.IsKnown ? otherwise
            : null;
    }

    // ERROR: <input>:1:5: undefined field 'nope'
    //  | self.nope > 1
    //  | ....^
    private static string Shown(string source, int at, string message)
    {
        var start = at == 0 ? 0 : source.LastIndexOf('\n', Math.Min(at, source.Length) - 1) + 1;
        var end = source.IndexOf('\n', start);
        var line = source[start..(end < 0 ? source.Length : end)];
        var number = source.AsSpan(0, start).Count('\n') + 1;
        return $"ERROR: <input>:{number}:{at - start + 1}: {message}\n | {line}\n | {new string('.', at - start)}^";
    }

    private static bool UsesOldSelf(string source)
    {
        try
        {
            return CelParser.Parse(source).All.Any(node => node is CelNode.Name { Text: "oldSelf" });
        }
        catch (CelException)
        {
            return false;
        }
    }

    /// <summary>The rule as Go prints its struct.</summary>
    private static string Printed(JsonObject rule)
    {
        string Quoted(string name) => GoQuote.Text(rule.Text(name) ?? "");
        static string Pointer(string type, bool isSet) => $"({type})({(isSet ? "0xc000000000" : "nil")})";
        return $"apiextensions.ValidationRule{{Rule:{Quoted("rule")}, Message:{Quoted("message")}, MessageExpression:{Quoted("messageExpression")}, "
            + $"Reason:{Pointer("*apiextensions.FieldValueErrorReason", rule["reason"] is not null)}, FieldPath:{Quoted("fieldPath")}, "
            + $"OptionalOldSelf:{Pointer("*bool", rule["optionalOldSelf"] is not null)}}}";
    }
}
