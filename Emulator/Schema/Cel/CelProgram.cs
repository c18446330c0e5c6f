using System.Text.Json.Nodes;

namespace Emulator.Schema.Cel;

/// <summary>An expression that was read, ready to be evaluated.</summary>
internal sealed class CelProgram(CelNode root)
{
    public object? Run(IReadOnlyDictionary<string, object?> variables) => Evaluate(root, new Dictionary<string, object?>(variables));

    private object? Evaluate(CelNode node, Dictionary<string, object?> scope)
    {
        switch (node)
        {
            case CelNode.Constant constant:
                return constant.Value;
            case CelNode.Name name:
                return scope.TryGetValue(name.Text, out var known) ? known : throw new CelException($"undeclared reference to '{name.Text}'");
            case CelNode.Field field:
                return Field(Evaluate(field.Owner, scope), field.Text);
            case CelNode.Element element:
                return Element(Evaluate(element.Owner, scope), Evaluate(element.Index, scope));
            case CelNode.Unary { Operator: "!" } not:
                return !CelValues.Truth(Evaluate(not.Operand, scope));
            case CelNode.Unary minus:
                return Evaluate(minus.Operand, scope) switch { long whole => -whole, double number => -number, _ => throw new CelException("no such overload") };
            case CelNode.Conditional choice:
                return Evaluate(CelValues.Truth(Evaluate(choice.Test, scope)) ? choice.Then : choice.Else, scope);
            case CelNode.List list:
                return list.Items.Select(item => Evaluate(item, scope)).ToList();
            case CelNode.Map map:
                return new JsonObject(map.Entries.Select(entry =>
                    KeyValuePair.Create(Evaluate(entry.Key, scope)?.ToString() ?? "", Json(Evaluate(entry.Value, scope)))));
            case CelNode.Binary { Operator: "&&" or "||" } logic:
                return Logic(logic, scope);
            case CelNode.Binary binary:
                return CelFunctions.Operate(binary.Operator, Evaluate(binary.Left, scope), Evaluate(binary.Right, scope));
            case CelNode.Call call:
                return Call(call, scope);
            default:
                throw new CelException("unknown expression");
        }
    }

    /// <summary>One side that decides makes a fault of the other side not matter.</summary>
    private bool Logic(CelNode.Binary logic, Dictionary<string, object?> scope)
    {
        var deciding = logic.Operator == "||";
        try
        {
            if (CelValues.Truth(Evaluate(logic.Left, scope)) == deciding)
            {
                return deciding;
            }
        }
        catch (CelException) when (CelValues.Truth(Evaluate(logic.Right, scope)) == deciding)
        {
            return deciding;
        }

        return CelValues.Truth(Evaluate(logic.Right, scope));
    }

    private object? Call(CelNode.Call call, Dictionary<string, object?> scope)
    {
        if (call is { Target: null, Function: "has", Arguments: [CelNode.Field tested] })
        {
            return Evaluate(tested.Owner, scope) is JsonObject owner ? owner.ContainsKey(tested.Text) : throw new CelException("no such overload");
        }

        if (call.Target is not null && call.Arguments.Count >= 2 && call.Arguments[0] is CelNode.Name variable && CelFunctions.IsMacro(call.Function))
        {
            return Macro(call, variable.Text, scope);
        }

        // A name of a library, such as format or optional, stands before its functions.
        var target = call.Target is CelNode.Name { Text: "format" or "optional" } ? null : call.Target;
        var arguments = call.Arguments.Select(argument => Evaluate(argument, scope)).ToList();
        return target is null ? CelFunctions.Function(call.Function, arguments) : CelFunctions.Method(call.Function, Evaluate(target, scope), arguments);
    }

    private object? Macro(CelNode.Call call, string variable, Dictionary<string, object?> scope)
    {
        var items = CelValues.Items(Evaluate(call.Target!, scope));
        var inner = new Dictionary<string, object?>(scope);
        object? With(object? item, CelNode body)
        {
            inner[variable] = item;
            return Evaluate(body, inner);
        }

        bool Test(object? item) => CelValues.Truth(With(item, call.Arguments[1]));
        return call.Function switch
        {
            "all" => items.All(Test),
            "exists" => items.Any(Test),
            "exists_one" or "existsOne" => items.Count(Test) == 1,
            "filter" => items.Where(Test).ToList(),
            _ when call.Arguments.Count == 3 => items.Where(Test).Select(item => With(item, call.Arguments[2])).ToList(),
            _ => items.Select(item => With(item, call.Arguments[1])).ToList(),
        };
    }

    private static object? Field(object? owner, string name) => owner is JsonObject map
        ? map.TryGetPropertyValue(name, out var value) ? CelValues.From(value) : throw new CelException($"no such key: {name}")
        : throw new CelException("no such overload");

    private static object? Element(object? owner, object? index) => (owner, index) switch
    {
        (List<object?> list, long at) => at >= 0 && at < list.Count ? list[(int)at] : throw new CelException($"index out of bounds: {at}"),
        (JsonObject map, string name) => Field(map, name),
        _ => throw new CelException("no such overload"),
    };

    private static JsonNode? Json(object? value) => value switch
    {
        null => null,
        JsonNode node => node.DeepClone(),
        string text => text,
        bool truth => truth,
        long whole => whole,
        double number => number,
        List<object?> list => new JsonArray([.. list.Select(Json)]),
        _ => value.ToString(),
    };
}
