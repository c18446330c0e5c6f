using System.Net;

namespace Emulator.Schema.Cel;

/// <summary>Counts what an evaluation costs (cel-go, interpreter/runtimecost.go, and k8s.io/apiserver/pkg/cel/library, CallCost).</summary>
internal sealed class CelMeter(long limit)
{
    public const string Exceeded = "operation cancelled: actual cost limit exceeded";

    /// <summary>What going through a text costs for each character.</summary>
    private const double Traversal = 0.1;

    /// <summary>What a character of a regular expression costs.</summary>
    private const double Pattern = 0.25;

    public long Spent { get; private set; }

    /// <exception cref="CelLimitException">It is more than the evaluation may cost.</exception>
    public void Add(long cost)
    {
        Spent += cost;
        if (Spent > limit)
        {
            throw new CelLimitException(Exceeded);
        }
    }

    public void Operator(string symbol, object? left, object? right) => Add(symbol switch
    {
        "==" or "!=" => IsOpaque(left) ? 1 : Traversed(Math.Min(Size(left), Size(right))),
        "<" or "<=" or ">" or ">=" when left is string or byte[] => Traversed(Math.Min(Size(left), Size(right))),
        "+" when left is string or byte[] => Traversed(Size(left) + Size(right)),
        "in" when right is List<object?> list => list.Count,
        _ => 1,
    });

    /// <param name="all">The target of a method, if it is one, and the arguments.</param>
    public void Call(string function, IReadOnlyList<object?> all)
    {
        var first = all.Count > 0 ? all[0] : null;
        var second = all.Count > 1 ? all[1] : null;
        Add(function switch
        {
            "dyn" => 0,
            "startsWith" or "endsWith" => Traversed(Size(second)),
            "contains" => Traversed(Size(first)) * Traversed(Size(second)),
            "matches" or "find" or "findAll" => Traversed(1 + Size(first)) * (long)Math.Ceiling(Size(second) * Pattern),
            "isSorted" or "sum" or "min" or "max" => Traverse(first),
            "indexOf" or "lastIndexOf" => Traverse(first),
            "url" or "isURL" or "lowerAscii" or "upperAscii" or "substring" or "trim" or "quantity" or "isQuantity" or "isIP" or "cidr" or "isCIDR" or "strings.quote"
                or "format" => Traversed(Size(first)),
            "ip" when first is string => Traversed(Size(first)),
            "replace" or "split" or "ip.isCanonical" => (long)Math.Ceiling(Size(first) * 2 * Traversal),
            "join" when first is List<object?> list => (long)Math.Ceiling(list.Sum(Size) * 2 * Traversal),
            "string" when first is byte[] => Traversed(Size(first)),
            "bytes" => Traversed(Size(first)),
            "validate" => Traversed(Size(second)) * 10,
            "sets.contains" or "sets.equivalent" or "sets.intersects" => Size(first) * Size(second) * (function == "sets.equivalent" ? 2 : 1) + 1,
            _ => 1,
        });
    }

    private static long Traversed(long size) => (long)Math.Ceiling(size * Traversal);

    private static long Traverse(object? value) => value switch
    {
        string or byte[] => Traversed(Size(value)),
        List<object?> list => list.Sum(Traverse),
        _ => 1,
    };

    private static long Size(object? value) => value is string or byte[] or List<object?> or ICelMap ? CelCollections.Size(value) : 1;

    private static bool IsOpaque(object? value) => value is CelQuantity or IPAddress or CelCidr or Uri;
}
