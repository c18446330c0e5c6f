namespace Emulator.Schema.Cel;

/// <summary>What calls of functions may cost at most, beside their target and arguments (k8s.io/apiserver/pkg/cel/library, EstimateCallCost).</summary>
internal static class CelCallCost
{
    private const double Traversal = 0.1;
    private const double Pattern = 0.25;

    /// <summary>What the expressions of named formats cost for each character.</summary>
    private const double Formats = 128 * Pattern;

    /// <param name="name">The function's whole name.</param>
    /// <param name="target">What a method is called on.</param>
    public static ulong Of(CelCost costs, string name, CelNode.Call call, CelNode? target)
    {
        var first = call.Arguments.Count > 0 ? costs.Size(call.Arguments[0]) : CelSize.Unknown;
        var size = target is null ? first : costs.Size(target);
        ulong Scaled(CelSize of, double each = Traversal) => CelSize.Scale(of.Most, each);
        ulong Kept(CelSize result, ulong cost)
        {
            costs.Keep(call, result);
            return cost;
        }

        switch (name)
        {
            case "isSorted" or "sum" or "max" or "min" or "indexOf" or "lastIndexOf" when target is not null:
                return costs.TextItems(target) is { } items ? CelSize.Multiply(size.Most, CelSize.Add(1, Scaled(items)))
                    : costs.TypeOf(target) is CelType.Sequence ? size.Most
                    : Scaled(size);
            case "url":
                return Kept(size, Scaled(size));
            case "lowerAscii" or "upperAscii" or "substring" or "trim":
                return Kept(size, Scaled(size));
            case "replace":
                return Kept(Replaced(size, first, call.Arguments.Count > 1 ? costs.Size(call.Arguments[1]) : CelSize.Unknown), Scaled(size, 2 * Traversal));
            case "split":
                var most = call.Arguments.Count > 1 && call.Arguments[1] is CelNode.Constant { Value: long limit } ? (ulong)limit : size.Most;
                return Kept(new CelSize(0, most), Scaled(size, 2 * Traversal));
            case "join":
                var texts = size * (costs.TextItems(target!) ?? new CelSize(0, 0));
                if (call.Arguments.Count > 0)
                {
                    texts += first * new CelSize(size.Least == 0 ? 0 : size.Least - 1, size.Most == 0 ? 0 : size.Most - 1);
                }

                return Kept(texts, Scaled(texts));
            case "find" or "findAll":
                return Kept(new CelSize(0, size.Most), Matched(size, first));
            case "matches":
                return target is null ? Matched(size, costs.Size(call.Arguments[1])) : Matched(size, first);
            case "cidr" or "isIP" or "isCIDR" or "quantity" or "isQuantity" or "isURL":
                return name == "isURL" ? 1 : Scaled(size);
            case "ip":
                return target is null ? Scaled(size) : 1;
            case "ip.isCanonical":
                return Scaled(size, 2 * Traversal);
            case "containsIP":
                return CelSize.Add(4, costs.TypeOf(call.Arguments[0]) == CelType.Address ? 0 : Scaled(first));
            case "containsCIDR":
                return CelSize.Add(7, costs.TypeOf(call.Arguments[0]) == CelType.Network ? 0 : Scaled(first));
            case "validate":
                return CelSize.Scale(Scaled(first), Formats);
            case "format" or "strings.quote":
                return name == "format" ? Scaled(size) : Kept(new CelSize(CelSize.Add(size.Least, 2), CelSize.Add(CelSize.Multiply(size.Most, 2), 2)), Scaled(size));
            case "startsWith" or "endsWith":
                return Scaled(first);
            case "contains" when target is not null:
                return CelSize.Multiply(Scaled(size), Scaled(first));
            case "bytes":
                return Kept(new CelSize(size.Least, CelSize.Multiply(size.Most, 4)), Scaled(size));
            case "string" when costs.TypeOf(call.Arguments[0]) == CelType.Bytes:
                return Kept(new CelSize(size.Least / 4, size.Most), Scaled(size));
            case "sets.contains" or "sets.intersects" or "sets.equivalent":
                var pairs = CelSize.Multiply(first.Most, costs.Size(call.Arguments[1]).Most);
                return CelSize.Add(1, name == "sets.equivalent" ? CelSize.Multiply(pairs, 2) : pairs);
            default:
                return 1;
        }
    }

    private static ulong Matched(CelSize text, CelSize pattern) =>
        CelSize.Multiply(CelSize.Scale(CelSize.Add(text.Most, 1), Traversal), CelSize.Scale(pattern.Most, Pattern));

    /// <summary>The size of a text in which parts are replaced.</summary>
    private static CelSize Replaced(CelSize text, CelSize old, CelSize next)
    {
        static ulong Parts(ulong length, ulong part) => (ulong)Math.Ceiling(length / (double)part);
        var (most, kept) = old.Least == 0 ? (CelSize.Add(text.Most, 1), text.Most) : next.Most <= old.Least ? (0UL, text.Most) : (Parts(text.Most, old.Least), 0UL);
        var (least, left) = old.Most == 0 ? (CelSize.Add(text.Least, 1), text.Least) : old.Most <= next.Least ? (0UL, text.Least) : (Parts(text.Least, old.Most), 0UL);
        return new CelSize(least, most) * next + new CelSize(left, kept);
    }
}
