using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Emulator.Schema.Validation;

namespace Emulator.Schema.Cel;

/// <summary>Operators and functions: the standard ones, and of Kubernetes' libraries those that Istio's and Gateway API's definitions use.</summary>
internal static class CelFunctions
{
    private static readonly FrozenSet<string> Macros = ["all", "exists", "exists_one", "existsOne", "filter", "map"];

    private static readonly FrozenSet<string> Known =
    [
        .. Macros, "has", "size", "int", "double", "string", "bool", "dyn", "duration", "timestamp", "type", "url", "isURL", "ip", "isIP", "isCIDR", "matches",
        "startsWith", "endsWith", "contains", "substring", "split", "join", "lowerAscii", "upperAscii", "replace", "indexOf", "lastIndexOf", "trim", "getScheme",
        "getHost", "getHostname", "getPort", "getEscapedPath", "family", "validate", "dns1123Label", "dns1123Subdomain", "dns1035Label", "min", "max", "sum",
        "isSorted", "getSeconds", "getMinutes", "getHours", "find", "hasValue", "value", "orValue", "none", "of",
    ];

    /// <summary>Functions that a real server knows and this one does not.</summary>
    private static readonly FrozenSet<string> Foreign =
    [
        "quantity", "isQuantity", "sign", "isInteger", "asInteger", "asApproximateFloat", "add", "sub", "isLessThan", "isGreaterThan", "compareTo", "cidr", "containsIP",
        "containsCIDR", "prefixLength", "masked", "isCanonical", "isUnspecified", "isLoopback", "isLinkLocalMulticast", "isLinkLocalUnicast", "isGlobalUnicast",
        "format", "named", "dns1123LabelPrefix", "dns1123SubdomainPrefix", "dns1035LabelPrefix", "qualifiedName", "labelValue", "uri", "uuid", "byte", "date", "datetime",
        "contains", "equivalent", "intersects", "bind", "findAll", "charAt", "reverse", "quote", "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek",
        "getDayOfYear", "getMilliseconds", "getQuery", "optMap", "optFlatMap", "ofNonZeroValue", "or", "uint", "bytes", "ip", "semver", "isSemver", "major", "minor",
        "patch", "transformList", "transformMap", "transformMapEntry",
    ];

    /// <summary>Whether a real server has a function of this name, which this one may lack.</summary>
    public static bool IsForeign(string name) => Foreign.Contains(name);

    public static bool IsMacro(string name) => Macros.Contains(name);

    public static bool IsKnown(string name) => Known.Contains(name);

    public static object? Operate(string symbol, object? left, object? right) => symbol switch
    {
        "==" => CelValues.AreEqual(left, right),
        "!=" => !CelValues.AreEqual(left, right),
        "<" => CelValues.Compare(left, right) < 0,
        "<=" => CelValues.Compare(left, right) <= 0,
        ">" => CelValues.Compare(left, right) > 0,
        ">=" => CelValues.Compare(left, right) >= 0,
        "in" => right is JsonObject map ? map.ContainsKey(left?.ToString() ?? "") : CelValues.Items(right).Any(item => CelValues.AreEqual(item, left)),
        "+" => Add(left, right),
        _ => Arithmetic(symbol, left, right),
    };

    public static object? Function(string name, List<object?> arguments)
    {
        var value = arguments.Count > 0 ? arguments[0] : null;
        return name switch
        {
            "size" => Size(value),
            "dyn" => value,
            "int" => ToInt(value),
            "double" => System.Convert.ToDouble(value, CultureInfo.InvariantCulture),
            "string" => value is bool truth ? truth ? "true" : "false" : System.Convert.ToString(value, CultureInfo.InvariantCulture),
            "bool" => value is bool ? value : value is "true",
            "duration" => value is TimeSpan ? value
                : CelDuration.TryParse(Text(value), out var duration) ? duration : throw new CelException($"time: invalid duration {GoQuote.Text(Text(value))}"),
            "timestamp" => value is DateTimeOffset ? value
                : DateTimeOffset.TryParse(Text(value), CultureInfo.InvariantCulture, out var time) ? time : throw new CelException("type conversion error from 'string' to 'timestamp'"),
            "type" => value?.GetType().Name ?? "null_type",
            "isURL" => ToUrl(Text(value)) is not null,
            "url" => ToUrl(Text(value)) ?? throw new CelException($"URL parse error during conversion from string: parse {GoQuote.Text(Text(value))}: invalid URI for request"),
            "isIP" => IPAddress.TryParse(Text(value), out _),
            "ip" => IPAddress.TryParse(Text(value), out var address) ? address : throw new CelException($"IP Address {GoQuote.Text(Text(value))} parse error during conversion from string"),
            "isCIDR" => IPNetwork.TryParse(Text(value), out _),
            "dns1123Label" => (Func<string, string?>)Names.Label,
            "dns1123Subdomain" => (Func<string, string?>)Names.Subdomain,
            "dns1035Label" => (Func<string, string?>)Names.Label1035,
            "none" => CelOptional.None,
            "of" => new CelOptional(true, value),
            _ => throw new CelException($"undeclared reference to '{name}'"),
        };
    }

    public static object? Method(string name, object? target, List<object?> arguments) => (name, target) switch
    {
        ("size", _) => Size(target),
        ("hasValue", CelOptional optional) => optional.HasValue,
        ("value", CelOptional optional) => optional.HasValue ? optional.Value : throw new CelException("optional.none() dereference"),
        ("orValue", CelOptional optional) => optional.HasValue ? optional.Value : arguments[0],
        ("validate", Func<string, string?> format) => format(Text(arguments[0])) is { } why ? new List<object?> { why } : null,
        (_, string text) => CelText.Method(name, text, arguments),
        ("join", List<object?> list) => string.Join(arguments.Count > 0 ? Text(arguments[0]) : "", list),
        ("min", List<object?> list) => list.Aggregate((one, other) => CelValues.Compare(one, other) <= 0 ? one : other),
        ("max", List<object?> list) => list.Aggregate((one, other) => CelValues.Compare(one, other) >= 0 ? one : other),
        ("sum", List<object?> list) => list.Aggregate((object?)0L, Add),
        ("isSorted", List<object?> list) => list.Zip(list.Skip(1)).All(pair => CelValues.Compare(pair.First, pair.Second) <= 0),
        ("indexOf", List<object?> list) => (long)list.FindIndex(item => CelValues.AreEqual(item, arguments[0])),
        ("getScheme", Uri url) => url.IsAbsoluteUri ? url.Scheme : "",
        ("getHost", Uri url) => url.IsAbsoluteUri ? url.Authority : "",
        ("getHostname", Uri url) => url.IsAbsoluteUri ? url.Host : "",
        ("getPort", Uri url) => url.IsAbsoluteUri && !url.IsDefaultPort ? url.Port.ToString(CultureInfo.InvariantCulture) : "",
        ("getEscapedPath", Uri url) => url.IsAbsoluteUri ? url.AbsolutePath : url.OriginalString,
        ("family", IPAddress address) => address.GetAddressBytes().Length == 4 ? 4L : 6L,
        ("getSeconds", TimeSpan duration) => (long)duration.TotalSeconds,
        ("getMinutes", TimeSpan duration) => (long)duration.TotalMinutes,
        ("getHours", TimeSpan duration) => (long)duration.TotalHours,
        _ => throw new CelException("no such overload"),
    };

    internal static string Text(object? value) => value as string ?? throw new CelException("no such overload");

    private static long Size(object? value) => value switch
    {
        string text => text.EnumerateRunes().Count(),
        List<object?> list => list.Count,
        JsonObject map => map.Count,
        _ => throw new CelException("no such overload"),
    };

    private static object? Add(object? left, object? right) => (left, right) switch
    {
        (string one, string other) => one + other,
        (List<object?> one, List<object?> other) => one.Concat(other).ToList(),
        (TimeSpan one, TimeSpan other) => one + other,
        (DateTimeOffset time, TimeSpan duration) => time + duration,
        _ => Arithmetic("+", left, right),
    };

    private static object? Arithmetic(string symbol, object? left, object? right)
    {
        switch (left, right)
        {
            case (long one, long other):
                try
                {
                    return symbol switch
                    {
                        "+" => checked(one + other),
                        "-" => checked(one - other),
                        "*" => checked(one * other),
                        "/" => other == 0 ? throw new CelException("division by zero") : one / other,
                        _ => other == 0 ? throw new CelException("modulus by zero") : one % other,
                    };
                }
                catch (OverflowException)
                {
                    throw new CelException("integer overflow");
                }

            case (double or long, double or long):
                var (first, second) = (System.Convert.ToDouble(left, null), System.Convert.ToDouble(right, null));
                return symbol switch { "+" => first + second, "-" => first - second, "*" => first * second, _ => first / second };
            default:
                throw new CelException("no such overload");
        }
    }

    private static long ToInt(object? value) => value switch
    {
        long whole => whole,
        double number => (long)number,
        string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        string text => throw new CelException($"strconv.ParseInt: parsing {GoQuote.Text(text)}: invalid syntax"),
        _ => throw new CelException("no such overload"),
    };

    private static Uri? ToUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && text.Contains(':') && !text.StartsWith('/') ? url
        : text.StartsWith('/') && Uri.TryCreate(text, UriKind.Relative, out var path) ? path
        : null;
}
