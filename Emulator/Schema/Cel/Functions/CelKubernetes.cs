using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Emulator.Schema.Cel;

/// <summary>Kubernetes' own types: amounts, addresses, networks, URLs, formats (k8s.io/apiserver/pkg/cel/library).</summary>
internal static class CelKubernetes
{
    public static object? Function(string name, object? value) => (name, value) switch
    {
        ("isQuantity", string text) => CelQuantity.Parse(text) is not null,
        ("quantity", string text) => CelQuantity.Parse(text) ?? throw new CelException(Decoding.Quantity.Fault(text)),
        ("sign", CelQuantity amount) => (long)amount.Sign,
        ("isIP", string text) => Holds(() => CelCidr.ParseAddress(text)),
        ("ip", string text) => CelCidr.ParseAddress(text),
        ("ip.isCanonical", string text) => CelCidr.ParseAddress(text).ToString() == text,
        ("isCIDR", string text) => Holds(() => CelCidr.Parse(text)),
        ("cidr", string text) => CelCidr.Parse(text),
        ("isURL", string text) => ToUrl(text) is not null,
        ("url", string text) => ToUrl(text) ?? throw new CelException($"URL parse error during conversion from string: parse {GoQuote.Text(text)}: invalid URI for request"),
        _ => throw new CelException("no such overload"),
    };

    public static object? Method(string name, object? target, List<object?> arguments) => (name, target, arguments) switch
    {
        ("isInteger", CelQuantity amount, []) => amount.Whole is not null,
        ("asInteger", CelQuantity amount, []) => amount.Whole ?? throw new CelException("cannot convert value to integer"),
        ("asApproximateFloat", CelQuantity amount, []) => amount.Approximate,
        ("add", CelQuantity amount, [CelQuantity or long]) => new CelQuantity(amount.Nanos + Amount(arguments[0]).Nanos),
        ("sub", CelQuantity amount, [CelQuantity or long]) => new CelQuantity(amount.Nanos - Amount(arguments[0]).Nanos),
        ("isLessThan", CelQuantity amount, [CelQuantity other]) => amount.CompareTo(other) < 0,
        ("isGreaterThan", CelQuantity amount, [CelQuantity other]) => amount.CompareTo(other) > 0,
        ("compareTo", CelQuantity amount, [CelQuantity other]) => (long)amount.CompareTo(other),
        ("validate", CelFormat format, [string text]) => format.Faults(text) is { } faults ? new CelOptional(true, faults.Cast<object?>().ToList()) : CelOptional.None,
        (_, IPAddress address, []) => OfAddress(name, address),
        ("containsIP", CelCidr network, [IPAddress or string]) => network.Contains(arguments[0] as IPAddress ?? CelCidr.ParseAddress((string)arguments[0]!)),
        ("containsCIDR", CelCidr network, [CelCidr or string]) => network.Contains(arguments[0] as CelCidr ?? CelCidr.Parse((string)arguments[0]!)),
        ("ip", CelCidr network, []) => network.Address,
        ("prefixLength", CelCidr network, []) => (long)network.Bits,
        ("masked", CelCidr network, []) => network.Masked,
        (_, Uri url, []) => OfUrl(name, url),
        _ => throw new CelException("no such overload"),
    };

    /// <summary>A URL with a scheme, or a path from the root; null: the text is neither.</summary>
    public static Uri? ToUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && text.Contains(':') && !text.StartsWith('/') ? url
        : text.StartsWith('/') && Uri.TryCreate(text, UriKind.Relative, out var path) ? path
        : null;

    private static CelQuantity Amount(object? value) => value as CelQuantity ?? CelQuantity.Of((long)value!);

    private static bool Holds(Func<object> make)
    {
        try
        {
            _ = make();
            return true;
        }
        catch (CelException)
        {
            return false;
        }
    }

    private static object OfAddress(string name, IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        var isFour = address.AddressFamily is AddressFamily.InterNetwork;
        var isUnspecified = bytes.AsSpan().IndexOfAnyExcept((byte)0) < 0;
        var isLinkLocal = isFour ? bytes is [169, 254, ..] : address.IsIPv6LinkLocal;
        return name switch
        {
            "family" => isFour ? 4L : 6L,
            "isUnspecified" => isUnspecified,
            "isLoopback" => IPAddress.IsLoopback(address),
            "isLinkLocalMulticast" => isFour ? bytes is [224, 0, 0, _] : bytes[0] == 0xff && (bytes[1] & 0x0f) == 2,
            "isLinkLocalUnicast" => isLinkLocal,
            "isGlobalUnicast" => !isUnspecified && !IPAddress.IsLoopback(address) && !isLinkLocal && !address.Equals(IPAddress.Broadcast)
                && !(isFour ? bytes[0] is >= 224 and < 240 : bytes[0] == 0xff),
            _ => throw new CelException("no such overload"),
        };
    }

    private static object OfUrl(string name, Uri url) => name switch
    {
        "getScheme" => url.IsAbsoluteUri ? url.Scheme : "",
        "getHost" => url.IsAbsoluteUri ? url.Authority : "",
        "getHostname" => url.IsAbsoluteUri ? url.Host.Trim('[', ']') : "",
        "getPort" => url.IsAbsoluteUri && url.OriginalString.Contains($":{url.Port}", StringComparison.Ordinal) ? url.Port.ToString(CultureInfo.InvariantCulture) : "",
        "getEscapedPath" => url.IsAbsoluteUri ? url.AbsolutePath == "/" && !url.OriginalString.EndsWith('/') ? "" : url.AbsolutePath : url.OriginalString.Split('?')[0],
        "getQuery" => Query(url.OriginalString),
        _ => throw new CelException("no such overload"),
    };

    private static CelMap Query(string url)
    {
        var at = url.IndexOf('?', StringComparison.Ordinal);
        var pairs = (at < 0 ? "" : url[(at + 1)..].Split('#')[0]).Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2));
        static string Plain(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
        return new CelMap(pairs.GroupBy(pair => (object)Plain(pair[0])).ToDictionary(
            group => group.Key, object? (group) => group.Select(object? (pair) => pair.Length > 1 ? Plain(pair[1]) : "").ToList()));
    }
}
