namespace Emulator.Schema.Cel;

/// <summary>Finds what is wrong with an expression before it has values: fields that there are not, names that nobody declared, operators between types that do not fit.</summary>
internal sealed class CelChecker(CelType self, CelType before)
{
    private static readonly HashSet<string> OfText =
        ["startsWith", "endsWith", "matches", "lowerAscii", "upperAscii", "replace", "substring", "split", "trim", "find", "findAll", "charAt", "format"];

    /// <summary>Functions of one text.</summary>
    private static readonly HashSet<string> FromText =
        ["quantity", "isQuantity", "ip", "isIP", "ip.isCanonical", "cidr", "isCIDR", "url", "isURL", "strings.quote", "format.named"];

    private readonly List<(int At, string Message)> faults = [];

    /// <summary>The types of the parts that were looked at.</summary>
    public Dictionary<CelNode, CelType> Types { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>All faults, in the order of the text; the type of the whole expression when there are none.</summary>
    public (CelType Type, IReadOnlyList<(int At, string Message)> Faults) Check(CelNode node)
    {
        var type = TypeOf(node, []);
        return (type, [.. faults.OrderBy(fault => fault.At)]);
    }

    private CelType TypeOf(CelNode node, Dictionary<string, CelType> scope) => Types[node] = Find(node, scope);

    private CelType Find(CelNode node, Dictionary<string, CelType> scope)
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
                    ulong => CelType.Unsigned,
                    byte[] => CelType.Bytes,
                    null => CelType.Null,
                    _ => CelType.Any,
                };
            case CelNode.Name name:
                return scope.GetValueOrDefault(name.Text) ?? Declared(name);
            case CelNode.Field field:
                return Part(field.IsOptional, TypeOf(field.Owner, scope), owner => FieldOf(owner, field, field.At));
            case CelNode.Element element:
                _ = TypeOf(element.Index, scope);
                return Part(
                    element.IsOptional,
                    TypeOf(element.Owner, scope),
                    owner => owner switch { CelType.Sequence list => list.Item, CelType.Table map => map.Value, _ => CelType.Any });
            case CelNode.Unary unary:
                return Operator(unary.Operator == "!" ? "!_" : "-_", unary.At, unary.Operator == "!" ? CelType.Truth : null, TypeOf(unary.Operand, scope));
            case CelNode.Conditional choice:
                _ = TypeOf(choice.Test, scope);
                var (then, otherwise) = (TypeOf(choice.Then, scope), TypeOf(choice.Else, scope));
                return then == otherwise ? then : CelType.Any;
            case CelNode.List list:
                var items = list.Items.Select((item, at) => Inner(TypeOf(item, scope), list.Optional.Contains(at))).Distinct().ToList();
                return new CelType.Sequence(items.Count == 1 ? items[0] : CelType.Any);
            case CelNode.Map map:
                var values = map.Entries.Select(entry => (TypeOf(entry.Key, scope), Value: Inner(TypeOf(entry.Value, scope), entry.IsOptional)).Value).Distinct().ToList();
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
                if (CelTypeName.Find(name.Text) is null)
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
        var global = CelFunctions.GlobalName(call);
        switch (global, call.Arguments)
        {
            case ("has", [CelNode.Field tested]):
                _ = Part(false, TypeOf(tested.Owner, scope), owner => FieldOf(owner, tested, call.At));
                return CelType.Truth;
            case ("cel.bind", [CelNode.Name bound, var value, var body]):
                return TypeOf(body, new Dictionary<string, CelType>(scope) { [bound.Text] = TypeOf(value, scope) });
        }

        var target = global is null ? TypeOf(call.Target!, scope) : null;
        if (target is not null && call.Arguments is [CelNode.Name variable, ..] && call.Arguments.Count > 1)
        {
            if (CelFunctions.IsMacro(call.Function))
            {
                return Macro(call, variable.Text, target, scope);
            }

            if (call.Function is "optMap" or "optFlatMap")
            {
                var made = TypeOf(call.Arguments[1], new Dictionary<string, CelType>(scope) { [variable.Text] = Inner(target, true) });
                return call.Function == "optMap" ? new CelType.Optional(made) : made;
            }
        }

        if (!CelFunctions.IsKnown(call))
        {
            return Fault(call.At, $"undeclared reference to '{call.Function}' (in container '')");
        }

        var arguments = call.Arguments.Select(argument => TypeOf(argument, scope)).ToList();
        if (target is { IsSimple: true } && target != CelType.Text && OfText.Contains(call.Function))
        {
            return Fault(call.At, $"found no matching overload for '{call.Function}' applied to '{target}.({string.Join(", ", arguments)})'");
        }

        return global is not null && FromText.Contains(global) && arguments is [{ IsSimple: true } only] && only != CelType.Text
            ? Fault(call.At, $"found no matching overload for '{global}' applied to '({only})'")
            : CelResults.Of(global ?? call.Function, target, arguments);
    }

    /// <summary>The type of a part of a value, of which it may be that it is not there.</summary>
    private static CelType Part(bool isOptional, CelType owner, Func<CelType, CelType> of) =>
        isOptional || owner is CelType.Optional ? new CelType.Optional(of(owner is CelType.Optional known ? known.Value : owner)) : of(owner);

    private static CelType Inner(CelType type, bool isOptional) => !isOptional ? type : type is CelType.Optional optional ? optional.Value : CelType.Any;

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
