using System.Collections.Frozen;

namespace Emulator.Schema.Cel;

/// <summary>The functions of the standard, and of the libraries that a kube-apiserver 1.32 has for rules of custom resources (k8s.io/apiserver/pkg/cel/environment).</summary>
internal static class CelFunctions
{
    private static readonly FrozenSet<string> Macros = ["all", "exists", "exists_one", "existsOne", "filter", "map"];

    /// <summary>Names that stand before the functions of a library.</summary>
    private static readonly FrozenSet<string> Namespaces = ["format", "optional", "sets", "ip", "strings", "cel"];

    private static readonly FrozenSet<string> Methods =
    [
        .. Macros, "optMap", "optFlatMap", "hasValue", "value", "or", "orValue", "size", "contains", "startsWith", "endsWith", "matches", "find", "findAll", "charAt",
        "indexOf", "lastIndexOf", "lowerAscii", "upperAscii", "replace", "split", "substring", "trim", "join", "format", "isSorted", "sum", "min", "max", "getScheme",
        "getHost", "getHostname", "getPort", "getEscapedPath", "getQuery", "family", "isUnspecified", "isLoopback", "isLinkLocalMulticast", "isLinkLocalUnicast",
        "isGlobalUnicast", "containsIP", "containsCIDR", "ip", "prefixLength", "masked", "validate", "isInteger", "asInteger", "asApproximateFloat", "add", "sub",
        "isLessThan", "isGreaterThan", "compareTo", "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes",
        "getSeconds", "getMilliseconds",
    ];

    private static readonly FrozenSet<string> Globals =
    [
        "has", "size", "int", "uint", "double", "string", "bool", "bytes", "dyn", "duration", "timestamp", "type", "matches", "url", "isURL", "ip", "isIP", "cidr",
        "isCIDR", "quantity", "isQuantity", "sign", "ip.isCanonical", "cel.bind", "optional.of", "optional.ofNonZeroValue", "optional.none", "sets.contains",
        "sets.equivalent", "sets.intersects", "strings.quote", "format.named", .. CelFormat.All.Select(name => $"format.{name}"),
    ];

    public static bool IsMacro(string name) => Macros.Contains(name);

    /// <summary>The whole name of a function that is called without a target; null: the call is one of a method.</summary>
    public static string? GlobalName(CelNode.Call call) =>
        call.Target is null ? call.Function
        : call.Target is CelNode.Name { Text: var library } && Namespaces.Contains(library) && Globals.Contains($"{library}.{call.Function}") ? $"{library}.{call.Function}"
        : null;

    public static bool IsKnown(CelNode.Call call) => GlobalName(call) is { } name ? Globals.Contains(name) : Methods.Contains(call.Function);

    public static object? Function(string name, List<object?> arguments)
    {
        object? At(int at) => at < arguments.Count ? arguments[at] : throw new CelException("no such overload");
        return name switch
        {
            "dyn" => At(0),
            "type" => CelTypeName.Of(At(0)),
            "matches" => CelText.Method("matches", Text(At(0)), [At(1)]),
            "optional.none" => CelOptional.None,
            "optional.of" => new CelOptional(true, At(0)),
            "optional.ofNonZeroValue" => CelOperators.IsZero(At(0)) ? CelOptional.None : new CelOptional(true, At(0)),
            "sets.contains" => CelCollections.Contains(List(At(0)), List(At(1))),
            "sets.equivalent" => CelCollections.Contains(List(At(0)), List(At(1))) && CelCollections.Contains(List(At(1)), List(At(0))),
            "sets.intersects" => List(At(0)).Exists(item => CelCollections.Contains(List(At(1)), [item])),
            "strings.quote" => CelText.Quote(Text(At(0))),
            "format.named" => CelFormat.Find(Text(At(0))) is { } format ? new CelOptional(true, format) : CelOptional.None,
            _ when name.StartsWith("format.", StringComparison.Ordinal) => CelFormat.Find(name["format.".Length..]) ?? throw new CelException("no such overload"),
            "size" => CelCollections.Size(At(0)),
            "quantity" or "isQuantity" or "sign" or "ip" or "isIP" or "ip.isCanonical" or "cidr" or "isCIDR" or "url" or "isURL" => CelKubernetes.Function(name, At(0)),
            _ => CelConversions.To(name, At(0)),
        };
    }

    public static object? Method(string name, object? target, List<object?> arguments) => target switch
    {
        _ when name == "size" => CelCollections.Size(target),
        CelOptional optional => CelCollections.OfOptional(name, optional, arguments),
        string text => CelText.Method(name, text, arguments),
        List<object?> list => CelCollections.OfList(name, list, arguments),
        TimeSpan or DateTimeOffset => CelTime.Method(name, target, arguments),
        _ => CelKubernetes.Method(name, target, arguments),
    };

    internal static string Text(object? value) => value as string ?? throw new CelException("no such overload");

    internal static List<object?> List(object? value) => value as List<object?> ?? throw new CelException("no such overload");
}
