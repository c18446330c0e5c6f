namespace Emulator.Schema.Cel;

/// <summary>Finds what is wrong with an expression before it has values: fields that there are not, names that nobody declared, operators between types that do not fit.</summary>
internal sealed class CelChecker(CelType self, CelType before)
{
    /// <summary>Names of types, and of libraries that stand before their functions.</summary>
    private static readonly HashSet<string> Reserved =
        ["int", "uint", "double", "string", "bool", "bytes", "list", "map", "null_type", "type", "format", "math", "sets", "optional", "cel", "base64", "strings", "ip", "cidr"];

    private static readonly HashSet<string> OfText =
        ["startsWith", "endsWith", "matches", "lowerAscii", "upperAscii", "replace", "substring", "split", "trim", "find", "findAll", "charAt"];

    private readonly List<(int At, string Message)> faults = [];

    /// <summary>All faults, in the order of the text; the type of the whole expression when there are none.</summary>
    public static (CelType Type, IReadOnlyList<(int At, string Message)> Faults) Check(CelNode node, CelType self, CelType before)
    {
        var checker = new CelChecker(self, before);
        var type = checker.TypeOf(node, []);
        return (type, [.. checker.faults.OrderBy(fault => fault.At)]);
    }

    private CelType TypeOf(CelNode node, Dictionary<string, CelType> scope)
    {
        switch (node)
        {
            case CelNode.Constant constant:
                return constant.Value switch
                {
                    bool => CelType.Truth,
                    long => CelType.Whole,
                    double => CelType.Number,
                    string => CelType.Text,
                    null => CelType.Null,
                    _ => CelType.Any,
                };
            case CelNode.Name name:
                return scope.GetValueOrDefault(name.Text) ?? Declared(name);
            case CelNode.Field field:
                return FieldOf(TypeOf(field.Owner, scope), field, field.At);
            case CelNode.Element element:
                _ = TypeOf(element.Index, scope);
                return TypeOf(element.Owner, scope) switch { CelType.Sequence list => list.Item, CelType.Table map => map.Value, _ => CelType.Any };
            case CelNode.Unary unary:
                return Operator(unary.Operator == "!" ? "!_" : "-_", unary.At, unary.Operator == "!" ? CelType.Truth : null, TypeOf(unary.Operand, scope));
            case CelNode.Conditional choice:
                _ = TypeOf(choice.Test, scope);
                var (then, otherwise) = (TypeOf(choice.Then, scope), TypeOf(choice.Else, scope));
                return then == otherwise ? then : CelType.Any;
            case CelNode.List list:
                var items = list.Items.Select(item => TypeOf(item, scope)).Distinct().ToList();
                return new CelType.Sequence(items.Count == 1 ? items[0] : CelType.Any);
            case CelNode.Map map:
                var values = map.Entries.Select(entry => (TypeOf(entry.Key, scope), Value: TypeOf(entry.Value, scope)).Value).Distinct().ToList();
                return new CelType.Table(values.Count == 1 ? values[0] : CelType.Any);
            case CelNode.Binary binary:
                return Binary(binary, TypeOf(binary.Left, scope), TypeOf(binary.Right, scope));
            case CelNode.Call call:
                return Call(call, scope);
            default:
                return CelType.Any;
        }
    }

    private CelType Declared(CelNode.Name name)
    {
        switch (name.Text)
        {
            case "self":
                return self;
            case "oldSelf":
                return before;
            default:
                if (!Reserved.Contains(name.Text))
                {
                    Fault(name.At, $"undeclared reference to '{name.Text}' (in container '')");
                }

                return CelType.Any;
        }
    }

    private CelType FieldOf(CelType owner, CelNode.Field field, int at)
    {
        switch (owner)
        {
            case CelType.Table map:
                return map.Value;
            case CelType.Record record when record.Field(field.Text) is { } found:
                return found;
            case CelType.Record:
                return Fault(at, $"undefined field '{field.Text}'");
            case CelType.Sequence:
            case { IsSimple: true }:
                return Fault(at, $"type '{owner}' does not support field selection");
            default:
                return CelType.Any;
        }
    }

    private CelType Binary(CelNode.Binary binary, CelType left, CelType right)
    {
        var name = binary.Operator == "in" ? "@in" : $"_{binary.Operator}_";
        switch (binary.Operator)
        {
            case "&&" or "||":
                return Operator(name, binary.At, CelType.Truth, left, right);
            case "in":
                return CelType.Truth;
            case "==" or "!=":
                if (left.IsSimple && right.IsSimple && left != right && !(IsNumber(left) && IsNumber(right)))
                {
                    return Mismatch(name, binary.At, CelType.Truth, left, right);
                }

                return CelType.Truth;
            case "<" or "<=" or ">" or ">=":
                return left.IsSimple && right.IsSimple && left != right && !(IsNumber(left) && IsNumber(right)) ? Mismatch(name, binary.At, CelType.Truth, left, right) : CelType.Truth;
            default:
                if (left.IsSimple && right.IsSimple)
                {
                    var fits = left == right && (IsNumber(left) || binary.Operator == "+" && left == CelType.Text);
                    return fits ? left : Mismatch(name, binary.At, left, left, right);
                }

                return left == right ? left : CelType.Any;
        }
    }

    private CelType Call(CelNode.Call call, Dictionary<string, CelType> scope)
    {
        if (call is { Target: null, Function: "has", Arguments: [CelNode.Field tested] })
        {
            _ = FieldOf(TypeOf(tested.Owner, scope), tested, call.At);
            return CelType.Truth;
        }

        var target = call.Target is null or CelNode.Name { Text: "cel" } ? null : TypeOf(call.Target, scope);
        if (target is not null && call.Arguments is [CelNode.Name variable, _, ..] && CelFunctions.IsMacro(call.Function))
        {
            return Macro(call, variable.Text, target, scope);
        }

        // What other macros bind is not known here, so that nothing is said of their bodies.
        if (!CelFunctions.IsKnown(call.Function))
        {
            return CelFunctions.IsForeign(call.Function) ? CelType.Any : Fault(call.At, $"undeclared reference to '{call.Function}' (in container '')");
        }

        var arguments = call.Arguments.Select(argument => TypeOf(argument, scope)).ToList();
        if (target is { IsSimple: true } && target != CelType.Text && OfText.Contains(call.Function))
        {
            return Fault(call.At, $"found no matching overload for '{call.Function}' applied to '{target}.({string.Join(", ", arguments)})'");
        }

        return call.Function switch
        {
            "size" or "int" or "indexOf" or "lastIndexOf" or "getSeconds" or "getMinutes" or "getHours" or "family" => CelType.Whole,
            "startsWith" or "endsWith" or "contains" or "matches" or "isURL" or "isIP" or "isCIDR" or "isSorted" or "bool" => CelType.Truth,
            "string" or "lowerAscii" or "upperAscii" or "substring" or "join" or "trim" or "getScheme" or "getHost" or "getHostname" or "getPort" => CelType.Text,
            "replace" or "getEscapedPath" or "find" => CelType.Text,
            "double" => CelType.Number,
            "split" => new CelType.Sequence(CelType.Text),
            _ => CelType.Any,
        };
    }

    private CelType Macro(CelNode.Call call, string variable, CelType target, Dictionary<string, CelType> scope)
    {
        var item = target switch { CelType.Sequence list => list.Item, CelType.Table => CelType.Text, _ => CelType.Any };
        var inner = new Dictionary<string, CelType>(scope) { [variable] = item };
        var bodies = call.Arguments.Skip(1).Select(body => TypeOf(body, inner)).ToList();
        return call.Function switch
        {
            "map" => new CelType.Sequence(bodies[^1]),
            "filter" => new CelType.Sequence(item),
            _ => CelType.Truth,
        };
    }

    /// <summary>An operator whose operands are all of one type, unless nothing is known of them.</summary>
    private CelType Operator(string name, int at, CelType? wanted, params CelType[] operands) =>
        wanted is not null && operands.Any(operand => operand.IsSimple && operand != wanted) ? Mismatch(name, at, wanted, operands) : wanted ?? operands[0];

    private CelType Mismatch(string name, int at, CelType result, params CelType[] operands)
    {
        Fault(at, $"found no matching overload for '{name}' applied to '({string.Join(", ", operands.Select(operand => operand.ToString()))})'");
        return result;
    }

    private CelType Fault(int at, string message)
    {
        faults.Add((at, message));
        return CelType.Any;
    }

    private static bool IsNumber(CelType type) => type == CelType.Whole || type == CelType.Number;
}
