namespace Emulator.Schema.Cel;

/// <summary>The types of what functions and methods give.</summary>
internal static class CelResults
{
    private static readonly CelType Texts = new CelType.Sequence(CelType.Text);

    public static CelType Of(string function, CelType? target, List<CelType> arguments) => function switch
    {
        "size" or "int" or "indexOf" or "lastIndexOf" or "getSeconds" or "getMinutes" or "getHours" or "getMilliseconds" or "getFullYear" or "getMonth" or "getDate"
            or "getDayOfMonth" or "getDayOfWeek" or "getDayOfYear" or "family" or "prefixLength" or "sign" or "asInteger" or "compareTo" => CelType.Whole,
        "startsWith" or "endsWith" or "contains" or "matches" or "isURL" or "isIP" or "isCIDR" or "isQuantity" or "ip.isCanonical" or "isSorted" or "bool" or "hasValue"
            or "isUnspecified" or "isLoopback" or "isLinkLocalMulticast" or "isLinkLocalUnicast" or "isGlobalUnicast" or "containsIP" or "containsCIDR" or "isInteger"
            or "isLessThan" or "isGreaterThan" or "sets.contains" or "sets.equivalent" or "sets.intersects" => CelType.Truth,
        "string" or "lowerAscii" or "upperAscii" or "substring" or "join" or "trim" or "charAt" or "format" or "replace" or "find" or "getScheme" or "getHost"
            or "getHostname" or "getPort" or "getEscapedPath" or "strings.quote" => CelType.Text,
        "double" or "asApproximateFloat" => CelType.Number,
        "uint" => CelType.Unsigned,
        "bytes" => CelType.Bytes,
        "duration" => CelType.Span,
        "timestamp" => CelType.Time,
        "split" or "findAll" => Texts,
        "getQuery" => new CelType.Table(Texts),
        "quantity" or "add" or "sub" => CelType.Quantity,
        "ip" => CelType.Address,
        "cidr" or "masked" => CelType.Network,
        "url" => CelType.Url,
        "format.named" => new CelType.Optional(CelType.Format),
        _ when function.StartsWith("format.", StringComparison.Ordinal) => CelType.Format,
        "validate" => new CelType.Optional(Texts),
        "optional.of" or "optional.ofNonZeroValue" when arguments is [var value] => new CelType.Optional(value),
        "optional.none" => new CelType.Optional(CelType.Any),
        "or" when target is CelType.Optional => target,
        "value" or "orValue" when target is CelType.Optional optional => optional.Value.IsKnown || function == "value" ? optional.Value : arguments[0],
        "min" or "max" or "sum" when target is CelType.Sequence list => list.Item,
        _ => CelType.Any,
    };
}
