namespace Emulator.Schema.Cel;

/// <summary>One evaluation of an expression.</summary>
internal sealed class CelRun(CelMeter meter)
{
    private const int ListCost = 10;
    private const int MapCost = 30;

    public CelMeter Meter => meter;

    public object? Evaluate(CelNode node, Dictionary<string, object?> scope)
    {
        switch (node)
        {
            case CelNode.Constant constant:
                return constant.Value;
            case CelNode.Name name:
                meter.Add(1);
                return Variable(name.Text, scope);
            case CelNode.Field field:
                var owner = Evaluate(field.Owner, scope);
                meter.Add(1);
                return CelSelection.Of(owner, field.Text, field.IsOptional);
            case CelNode.Element element:
                var (from, index) = (Evaluate(element.Owner, scope), Evaluate(element.Index, scope));
                meter.Add(1);
                return CelSelection.Of(from, index, element.IsOptional);
            case CelNode.Unary unary:
                var operand = Evaluate(unary.Operand, scope);
                meter.Add(1);
                return unary.Operator == "!" ? !CelValues.Truth(operand) : CelOperators.Negative(operand);
            case CelNode.Conditional choice:
                return Evaluate(CelValues.Truth(Evaluate(choice.Test, scope)) ? choice.Then : choice.Else, scope);
            case CelNode.List list:
                meter.Add(list.Items.All(item => item is CelNode.Constant) ? 0 : ListCost);
                return List(list, scope);
            case CelNode.Map map:
                meter.Add(MapCost);
                return Map(map, scope);
            case CelNode.Binary { Operator: "&&" or "||" } logic:
                return Logic(logic, scope);
            case CelNode.Binary binary:
                var (left, right) = (Evaluate(binary.Left, scope), Evaluate(binary.Right, scope));
                meter.Operator(binary.Operator, left, right);
                return CelOperators.Operate(binary.Operator, left, right);
            case CelNode.Call call:
                return Call(call, scope);
            default:
                throw new CelException("unknown expression");
        }
    }

    private static object? Variable(string name, Dictionary<string, object?> scope) =>
        scope.TryGetValue(name, out var known) ? known is System.Text.Json.Nodes.JsonNode json ? CelValues.From(json) : known
        : CelTypeName.Find(name) ?? throw new CelException($"undeclared reference to '{name}'");

    private List<object?> List(CelNode.List list, Dictionary<string, object?> scope)
    {
        var items = new List<object?>(list.Items.Count);
        for (var at = 0; at < list.Items.Count; at++)
        {
            var item = Evaluate(list.Items[at], scope);
            if (!list.Optional.Contains(at))
            {
                items.Add(item);
            }
            else if (CelSelection.Optional(item) is { HasValue: true } optional)
            {
                items.Add(optional.Value);
            }
        }

        return items;
    }

    private CelMap Map(CelNode.Map map, Dictionary<string, object?> scope)
    {
        var entries = new Dictionary<object, object?>();
        foreach (var (keyNode, valueNode, isOptional) in map.Entries)
        {
            var (key, value) = (Evaluate(keyNode, scope) ?? throw new CelException("unsupported key type: null_type"), Evaluate(valueNode, scope));
            if (isOptional && !CelSelection.Optional(value).HasValue)
            {
                continue;
            }

            if (!entries.TryAdd(key, isOptional ? CelSelection.Optional(value).Value : value))
            {
                throw new CelException($"Failed with repeated key: {key}");
            }
        }

        return new CelMap(entries);
    }

    /// <summary>One side that decides makes a fault of the other side not matter.</summary>
    private bool Logic(CelNode.Binary logic, Dictionary<string, object?> scope)
    {
        var deciding = logic.Operator == "||";
        CelException? fault = null;
        try
        {
            if (CelValues.Truth(Evaluate(logic.Left, scope)) == deciding)
            {
                return deciding;
            }
        }
        catch (CelException e)
        {
            fault = e;
        }

        return CelValues.Truth(Evaluate(logic.Right, scope)) == deciding ? deciding : fault is null ? !deciding : throw fault;
    }

    private object? Call(CelNode.Call call, Dictionary<string, object?> scope)
    {
        switch (CelFunctions.GlobalName(call), call.Arguments)
        {
            case ("has", [CelNode.Field tested]):
                return CelSelection.Has(Evaluate(tested.Owner, scope), tested.Text);
            case ("cel.bind", [CelNode.Name variable, var value, var body]):
                return Evaluate(body, new Dictionary<string, object?>(scope) { [variable.Text] = Evaluate(value, scope) });
            case ({ } global, _):
                var given = call.Arguments.Select(argument => Evaluate(argument, scope)).ToList();
                meter.Call(global, given);
                return CelFunctions.Function(global, given);
        }

        var target = Evaluate(call.Target!, scope);
        switch (call.Function, call.Arguments)
        {
            case ("optMap" or "optFlatMap", [CelNode.Name variable, var body]):
                return CelSelection.Optional(target) is not { HasValue: true } optional ? CelOptional.None
                    : Evaluate(body, new Dictionary<string, object?>(scope) { [variable.Text] = optional.Value }) is var made && call.Function == "optMap"
                        ? new CelOptional(true, made)
                        : CelSelection.Optional(made);
            case (_, [CelNode.Name variable, _, ..]) when CelFunctions.IsMacro(call.Function):
                return new CelMacro(this, call, variable.Text, scope).Over(CelValues.Items(target));
        }

        var arguments = call.Arguments.Select(argument => Evaluate(argument, scope)).ToList();
        meter.Call(call.Function, [target, .. arguments]);
        return CelFunctions.Method(call.Function, target, arguments);
    }
}
