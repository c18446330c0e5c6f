using System.Text.Json.Nodes;

namespace Emulator.Schema.Cel;

/// <summary>What an expression may cost at most, before it has values (cel-go, checker/cost.go, with the sizes that a schema allows).</summary>
/// <param name="types">The types of the expression's parts, as <see cref="CelChecker"/> found them.</param>
internal sealed class CelCost(JsonObject schema, bool isResource, IReadOnlyDictionary<CelNode, CelType> types)
{
    private const ulong ListCost = 10;
    private const ulong MapCost = 30;
    private const double Traversal = 0.1;

    private readonly Dictionary<CelNode, CelSize> sizes = new(ReferenceEqualityComparer.Instance);

    private readonly Dictionary<CelNode, IReadOnlyList<string>> paths = new(ReferenceEqualityComparer.Instance);

    /// <summary>Where the values of a macro's variable are.</summary>
    private readonly Dictionary<string, IReadOnlyList<string>> variables = [];

    public ulong Of(CelNode node)
    {
        switch (node)
        {
            case CelNode.Name name:
                paths[node] = variables.GetValueOrDefault(name.Text) ?? [name.Text];
                return 1;
            case CelNode.Field field:
                return Field(field);
            case CelNode.Element element:
                return Element(element);
            case CelNode.Unary unary:
                return Sum(1, Of(unary.Operand));
            case CelNode.Conditional choice:
                var cost = Sum(Of(choice.Test), Math.Max(Of(choice.Then), Of(choice.Else)));
                sizes[node] = Size(choice.Then).Or(Size(choice.Else));
                return cost;
            case CelNode.List list:
                return Sum([ListCost, .. list.Items.Select(Of)]);
            case CelNode.Map map:
                return Sum([MapCost, .. map.Entries.SelectMany(entry => (ulong[])[Of(entry.Key), Of(entry.Value)])]);
            case CelNode.Binary binary:
                return Binary(binary);
            case CelNode.Call call:
                return Call(call);
            default:
                return 0;
        }
    }

    /// <summary>How large the value of a part is whose cost was asked for before.</summary>
    public CelSize Size(CelNode node)
    {
        if (sizes.TryGetValue(node, out var known))
        {
            return known;
        }

        switch (node)
        {
            case CelNode.Constant { Value: string or byte[] } text:
                return Exactly((ulong)CelCollections.Size(text.Value));
            case CelNode.Constant:
                return CelSize.One;
            case CelNode.List list:
                return Exactly((ulong)list.Items.Count);
            case CelNode.Map map:
                return Exactly((ulong)map.Entries.Count);
        }

        return (paths.TryGetValue(node, out var path) ? SchemaSizes.Of(schema, isResource, path.Skip(1)) : null)
            ?? (IsScalar(TypeOf(node)) ? CelSize.One : CelSize.Unknown);
    }

    /// <summary>How large the items of a list are, when they are texts; null: they are not.</summary>
    public CelSize? TextItems(CelNode list) =>
        TypeOf(list) is not CelType.Sequence { Item: var item } || item != CelType.Text && item != CelType.Bytes ? null
        : paths.TryGetValue(list, out var path) ? SchemaSizes.Of(schema, isResource, path.Skip(1).Append(SchemaSizes.Items)) ?? CelSize.Unknown
        : CelSize.Unknown;

    public CelType TypeOf(CelNode node) => types.GetValueOrDefault(node) ?? CelType.Any;

    private ulong Field(CelNode.Field field)
    {
        var cost = Of(field.Owner);
        if (field.IsOptional)
        {
            return Sum(cost, 1);
        }

        paths[field] = [.. paths.GetValueOrDefault(field.Owner) ?? [], field.Text];
        return Sum(cost, TypeOf(field.Owner) is CelType.Record or CelType.Table ? 1UL : 0);
    }

    private ulong Element(CelNode.Element element)
    {
        var cost = Sum(Of(element.Owner), Of(element.Index), 1);
        if (!element.IsOptional && TypeOf(element.Owner) is CelType.Sequence or CelType.Table)
        {
            paths[element] = [.. paths.GetValueOrDefault(element.Owner) ?? [], TypeOf(element.Owner) is CelType.Table ? SchemaSizes.Values : SchemaSizes.Items];
        }

        return cost;
    }

    private ulong Binary(CelNode.Binary binary)
    {
        var both = Sum(Of(binary.Left), Of(binary.Right));
        var (left, right) = (Size(binary.Left), Size(binary.Right));
        var (type, other) = (TypeOf(binary.Left), TypeOf(binary.Right));
        var compared = CelSize.Scale(Math.Min(left.Most, right.Most), Traversal);
        switch (binary.Operator)
        {
            case "&&" or "||":
                return both;
            case "==" or "!=":
                return Sum(both, type == other && (type == CelType.Quantity || type == CelType.Address || type == CelType.Network) ? 1 : compared);
            case "<" or "<=" or ">" or ">=":
                return Sum(both, IsText(type) || IsText(other) ? compared : type.IsKnown || other.IsKnown ? 1 : Math.Max(1, compared));
            case "in":
                return Sum(both, other is CelType.Table or CelType.Record ? 1 : other.IsKnown ? right.Most : Math.Max(1, right.Most));
            case "+" when IsText(type) || IsText(other) || !type.IsKnown && !other.IsKnown:
                sizes[binary] = left + right;
                return Sum(both, CelSize.Scale((left + right).Most, Traversal));
            case "+" when type is CelType.Sequence:
                sizes[binary] = left + right;
                return Sum(both, 1);
            default:
                return Sum(both, 1);
        }
    }

    private ulong Call(CelNode.Call call)
    {
        var global = CelFunctions.GlobalName(call);
        switch (global, call.Arguments)
        {
            case ("has", [CelNode.Field tested]):
                return Of(tested.Owner);
            case ("dyn", [var value]):
                var unchanged = Sum(1, Of(value));
                sizes[call] = Size(value);
                return unchanged;
            case ("cel.bind", [CelNode.Name, var value, var body]):
                return Sum(ListCost, Of(value), Of(body));
            case ({ } name, _):
                return Sum([.. call.Arguments.Select(Of), CelCallCost.Of(this, name, call, null)]);
        }

        var target = Of(call.Target!);
        switch (call.Function, call.Arguments)
        {
            case ("optMap", [CelNode.Name, var body]):
                return Sum(target, 1, 1, ListCost, target, 1, Of(body));
            case ("optFlatMap", [CelNode.Name, var body]):
                return Sum(target, 1, ListCost, target, 1, Of(body));
            case (_, [CelNode.Name variable, _, ..]) when CelFunctions.IsMacro(call.Function):
                return Sum(target, Macro(call, variable.Text));
            default:
                return Sum([target, .. call.Arguments.Select(Of), CelCallCost.Of(this, call.Function, call, call.Target)]);
        }
    }

    /// <summary>What the loop of a macro costs: its expression, and what cel-go puts around it, for each of the items.</summary>
    private ulong Macro(CelNode.Call call, string variable)
    {
        var before = variables.GetValueOrDefault(variable);
        if (TypeOf(call.Target!) is CelType.Sequence or CelType.Table)
        {
            variables[variable] = [.. paths.GetValueOrDefault(call.Target!) ?? [], TypeOf(call.Target!) is CelType.Table ? SchemaSizes.Keys : SchemaSizes.Items];
        }

        var bodies = call.Arguments.Skip(1).Select(Of).ToList();
        if (before is null)
        {
            variables.Remove(variable);
        }
        else
        {
            variables[variable] = before;
        }

        var count = Size(call.Target!);
        var (start, round) = call.Function switch
        {
            "all" => (1UL, Sum(3, bodies[0])),
            "exists" => (1UL, Sum(4, bodies[0])),
            "exists_one" or "existsOne" => (2UL, Sum(2, bodies[0])),
            "filter" => (11UL, Sum(13, bodies[0])),
            _ => (11UL, Sum([12, .. bodies])),
        };
        if (call.Function is "filter" or "map")
        {
            sizes[call] = count;
        }

        return Sum(start, CelSize.Multiply(count.Most, round));
    }

    /// <summary>Remembers how large what a call gives is.</summary>
    public void Keep(CelNode call, CelSize size) => sizes[call] = size;

    public static ulong Sum(params ReadOnlySpan<ulong> costs)
    {
        var sum = 0UL;
        foreach (var cost in costs)
        {
            sum = CelSize.Add(sum, cost);
        }

        return sum;
    }

    private static CelSize Exactly(ulong size) => new(size, size);

    private static bool IsText(CelType type) => type == CelType.Text || type == CelType.Bytes;

    private static bool IsScalar(CelType type) =>
        type == CelType.Truth || type == CelType.Whole || type == CelType.Number || type == CelType.Unsigned || type == CelType.Span || type == CelType.Time
        || type is CelType.Optional optional && IsScalar(optional.Value);
}
