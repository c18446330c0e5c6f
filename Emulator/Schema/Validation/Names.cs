using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Emulator.Schema.Validation;

/// <summary>What names, labels and keys may look like (k8s.io/apimachinery/pkg/util/validation). Each returns why not, with a line for each fault, or null.</summary>
internal static partial class Names
{
    public static string? Subdomain(string name) => Faults(Longer(name, 253), Unless(SubdomainPattern().IsMatch(name),
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric "
            + "character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"));

    public static string? Label(string name) => Faults(Longer(name, 63), Unless(LabelPattern().IsMatch(name), SubdomainPattern().IsMatch(name)
        ? "must not contain dots"
        : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character "
            + "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"));

    public static string? Label1035(string name) => Faults(Longer(name, 63), Unless(Label1035Pattern().IsMatch(name),
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric "
            + "character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"));

    public static string? WildcardSubdomain(string name) => Faults(Longer(name, 253), Unless(
        name.StartsWith("*.", StringComparison.Ordinal) && SubdomainPattern().IsMatch(name.AsSpan(2)),
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, "
            + "'-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is "
            + "'\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"));

    /// <summary>Names of RBAC objects: whatever fits into one segment of a path.</summary>
    public static string? PathSegment(string name) =>
        name is "." or ".." ? $"may not be '{name}'"
        : Faults(Unless(!name.Contains('/'), "may not contain '/'"), Unless(!name.Contains('%'), "may not contain '%'"));

    public static string? LabelValue(string value) => Faults(Longer(value, 63), Unless(value.Length == 0 || QualifiedPattern().IsMatch(value),
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
            + "character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"));

    /// <summary>A key of labels, annotations and finalizers: a name, with a domain before it or not.</summary>
    public static string? QualifiedName(string key)
    {
        const string Form = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
            + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
        var parts = key.Split('/');
        if (parts.Length > 2)
        {
            return $"a qualified name {Form} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
        }

        var prefix = parts.Length < 2 ? null : parts[0].Length == 0 ? "must be non-empty" : Subdomain(parts[0]);
        var name = parts[^1];
        return Faults(
            prefix is null ? null : "prefix part " + prefix.Replace("\n", "\nprefix part ", StringComparison.Ordinal),
            name.Length == 0 ? "name part must be non-empty" : Longer(name, 63) is { } wrong ? $"name part {wrong}" : null,
            Unless(QualifiedPattern().IsMatch(name), $"name part {Form}"));
    }

    public static string? ConfigKey(string key) => Faults(
        Longer(key, 253),
        Unless(ConfigKeyPattern().IsMatch(key), "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  "
            + "or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"),
        key is "." ? "must not be '.'" : key is ".." ? "must not be '..'" : key.StartsWith("..", StringComparison.Ordinal) ? "must not start with '..'" : null);

    public static string? HeaderName(string name) => Unless(name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'),
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')");

    public static string? NoBacksteps(string path) => Unless(!path.Split('/').Contains(".."), "must not contain '..'");

    /// <summary>A relative path that stays where it is.</summary>
    public static string? DescendingPath(string path) => Faults(Unless(path is not ['/', ..], "must be a relative path"), NoBacksteps(path));

    /// <summary>A relative path that stays where it is and does not begin with "..", which the kubelet uses itself.</summary>
    public static string? LocalPath(string path) => Faults(
        DescendingPath(path),
        Unless(!path.StartsWith("..", StringComparison.Ordinal) || path.StartsWith("../", StringComparison.Ordinal), "must not start with '..'"));

    public static string? Address(string text) =>
        IPAddress.TryParse(text, out _) && text.AsSpan().ContainsAny('.', ':') ? null : "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    /// <summary>An address of another host: not loopback, link-local or unspecified.</summary>
    public static string? EndpointAddress(string text) =>
        Address(text) is { } wrong ? wrong
        : IPAddress.Parse(text) is var address && IPAddress.IsLoopback(address) ? "may not be in the loopback range (127.0.0.0/8, ::1/128)"
        : text is "0.0.0.0" or "::" ? $"may not be unspecified ({text})"
        : text.StartsWith("169.254.", StringComparison.Ordinal) || address.IsIPv6LinkLocal ? "may not be in the link-local range (169.254.0.0/16, fe80::/10)"
        : text.StartsWith("224.0.0.", StringComparison.Ordinal) ? "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"
        : null;

    public static string? AddressRange(string text) => Range(text) is null ? "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)" : null;

    /// <summary>The network of an address with the length of its prefix; null when it is none.</summary>
    public static IPNetwork? Range(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || Address(text[..slash]) is not null || !byte.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            return null;
        }

        var bytes = IPAddress.Parse(text.AsSpan(0, slash)).GetAddressBytes();
        if (length > bytes.Length * 8)
        {
            return null;
        }

        for (var at = 0; at < bytes.Length; at++)
        {
            var kept = Math.Clamp(length - at * 8, 0, 8);
            bytes[at] &= (byte)(0xff00 >> kept);
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }

    public static string? PortName(string name) => Faults(
        Longer(name, 15),
        Unless(name.Length > 0 && !name.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-"),
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"),
        Unless(name.AsSpan().ContainsAnyInRange('a', 'z'), "must contain at least one letter (a-z)"),
        Unless(!name.Contains("--", StringComparison.Ordinal), "must not contain consecutive hyphens"),
        Unless(name is not (['-', ..] or [.., '-']), "must not begin or end with a hyphen"));

    /// <summary>The number of a port.</summary>
    public static string? PortNumber(long number) => Within(number, 1, 65535);

    /// <summary>The number of a user or a group.</summary>
    public static string? Identity(long number) => Within(number, 0, int.MaxValue);

    public static string? Within(long number, long low, long high) =>
        number >= low && number <= high ? null : $"must be between {low} and {high}, inclusive";

    public static string? EnvironmentName(string name) =>
        name.Length > 0 && !name.Contains('=') && name.All(character => character is >= ' ' and <= '~') ? null
        : "a valid environment variable name must consist only of printable ASCII characters other than '='";

    private static string? Longer(string text, int limit) => text.Length <= limit ? null : $"must be no more than {limit} characters";

    private static string? Unless(bool holds, string fault) => holds ? null : fault;

    private static string? Faults(params ReadOnlySpan<string?> all)
    {
        string? found = null;
        foreach (var fault in all)
        {
            found = fault is null ? found : found is null ? fault : $"{found}\n{fault}";
        }

        return found;
    }

    [GeneratedRegex("\\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\z")]
    private static partial Regex SubdomainPattern();

    [GeneratedRegex("\\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\\z")]
    private static partial Regex LabelPattern();

    [GeneratedRegex("\\A[a-z]([-a-z0-9]*[a-z0-9])?\\z")]
    private static partial Regex Label1035Pattern();

    [GeneratedRegex("\\A([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\\z")]
    private static partial Regex QualifiedPattern();

    [GeneratedRegex("\\A[-._a-zA-Z0-9]+\\z")]
    private static partial Regex ConfigKeyPattern();
}
