using System.Text.RegularExpressions;

namespace Emulator.Schema.Validation;

/// <summary>What names, labels and keys may look like (k8s.io/apimachinery/pkg/util/validation). Each returns why not, or null.</summary>
internal static partial class Names
{
    public static string? Subdomain(string name) =>
        name.Length > 253 ? "must be no more than 253 characters"
        : SubdomainPattern().IsMatch(name) ? null
        : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric "
            + "character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    public static string? Label(string name) =>
        name.Length > 63 ? "must be no more than 63 characters"
        : LabelPattern().IsMatch(name) ? null
        : SubdomainPattern().IsMatch(name) ? "must not contain dots"
        : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character "
            + "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    public static string? Label1035(string name) =>
        name.Length > 63 ? "must be no more than 63 characters"
        : Label1035Pattern().IsMatch(name) ? null
        : "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric "
            + "character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    /// <summary>Names of RBAC objects: whatever fits into one segment of a path.</summary>
    public static string? PathSegment(string name) =>
        name is "." or ".." ? $"may not be '{name}'"
        : name.Contains('/') ? "may not contain '/'"
        : name.Contains('%') ? "may not contain '%'"
        : null;

    public static string? LabelValue(string value) =>
        value.Length > 63 ? "must be no more than 63 characters"
        : value.Length == 0 || QualifiedPattern().IsMatch(value) ? null
        : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
            + "character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

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

        if (parts.Length == 2)
        {
            if (parts[0].Length == 0)
            {
                return "prefix part must be non-empty";
            }

            if (Subdomain(parts[0]) is { } prefix)
            {
                return $"prefix part {prefix}";
            }
        }

        return parts[^1].Length == 0 ? "name part must be non-empty"
            : parts[^1].Length > 63 ? "name part must be no more than 63 characters"
            : QualifiedPattern().IsMatch(parts[^1]) ? null
            : $"name part {Form}";
    }

    public static string? ConfigKey(string key) =>
        key.Length > 253 ? "must be no more than 253 characters"
        : key is "." ? "must not be '.'"
        : key.StartsWith("..", StringComparison.Ordinal) ? key.Length == 2 ? "must not be '..'" : "must not start with '..'"
        : ConfigKeyPattern().IsMatch(key) ? null
        : "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for "
            + "validation is '[-._a-zA-Z0-9]+')";

    /// <summary>A relative path that stays where it is and does not begin with "..", which the kubelet uses itself.</summary>
    public static string? LocalPath(string path) =>
        path[0] == '/' ? "must be a relative path"
        : path.Split('/').Contains("..") ? "must not contain '..'"
        : path.StartsWith("..", StringComparison.Ordinal) ? "must not start with '..'"
        : null;

    public static string? Address(string text) =>
        System.Net.IPAddress.TryParse(text, out _) && text.AsSpan().ContainsAny('.', ':') ? null : "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    /// <summary>An address of another host: not loopback, link-local or unspecified.</summary>
    public static string? EndpointAddress(string text) =>
        Address(text) is { } wrong ? wrong
        : System.Net.IPAddress.Parse(text) is var address && System.Net.IPAddress.IsLoopback(address) ? "may not be in the loopback range (127.0.0.0/8, ::1/128)"
        : text is "0.0.0.0" or "::" ? $"may not be unspecified ({text})"
        : text.StartsWith("169.254.", StringComparison.Ordinal) || address.IsIPv6LinkLocal ? "may not be in the link-local range (169.254.0.0/16, fe80::/10)"
        : text.StartsWith("224.0.0.", StringComparison.Ordinal) ? "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"
        : null;

    public static string? AddressRange(string text) =>
        System.Net.IPNetwork.TryParse(text, out _) ? null : "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

    public static string? PortName(string name) =>
        name.Length > 15 ? "must be no more than 15 characters"
        : name.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-") ? "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
        : !name.AsSpan().ContainsAnyInRange('a', 'z') ? "must contain at least one letter (a-z)"
        : name.Contains("--", StringComparison.Ordinal) ? "must not contain consecutive hyphens"
        : name[0] == '-' || name[^1] == '-' ? "must not begin or end with a hyphen"
        : null;

    public static string? EnvironmentName(string name) =>
        name.Length > 0 && !name.Contains('=') && name.All(character => character is >= ' ' and <= '~') ? null
        : "a valid environment variable name must consist only of printable ASCII characters other than '='";

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
