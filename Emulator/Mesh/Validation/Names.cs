using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.Validation;

/// <summary>Istio's rules for names, numbers and times, each with Istio's message; null when the value is good.</summary>
internal static partial class Names
{
    /// <summary>A host name whose first label may be <c>*</c> or begin with it.</summary>
    public static string? WildcardDomain(string domain)
    {
        if (domain.Length is 0 or > 255)
        {
            return domain.Length == 0 ? "empty domain name not allowed" : $"domain name \"{domain}\" too long (max 255)";
        }

        var dot = domain.IndexOf('.');
        var first = dot < 0 ? domain : domain[..dot];
        return !WildcardLabel().IsMatch(first) ? $"domain name \"{domain}\" invalid (label \"{first}\" invalid)"
            : dot < 0 ? null
            : Labels(domain[(dot + 1)..]);
    }

    public static bool IsLabel(string text) => text.Length <= 63 && Label().IsMatch(text);

    public static string? Port(long number) => number is >= 1 and <= 65535 ? null : $"port number {number} must be in the range 1..65535";

    public static string? Percent(JsonNode? percentage) =>
        percentage?["value"].Number() is not { } value || value == 0 || value is >= 0.0001 and <= 100
            ? null
            : $"percentage {value} is neither 0.0, nor in range [0.0001, 100.0]";

    public static string? Duration(JsonNode? node) =>
        node.Text() is not { } text ? null
        : node.Duration() is not { } time ? $"invalid duration \"{text}\": expected a number and a unit, such as 1.5s, 300ms or 1h"
        : time < TimeSpan.FromMilliseconds(1) ? "duration must be greater than 1ms"
        : time.Ticks % TimeSpan.TicksPerMillisecond != 0 ? "only durations to ms precision are supported"
        : null;

    private static string? Labels(string domain)
    {
        var parts = domain.Split('.');
        if (long.TryParse(parts[^1], out _))
        {
            return $"domain name \"{domain}\" invalid (top level domain \"{parts[^1]}\" cannot be all-numeric)";
        }

        for (var index = 0; index < parts.Length; index++)
        {
            if (!(index == parts.Length - 1 && parts[index].Length == 0) && !IsLabel(parts[index]))
            {
                return $"domain name \"{domain}\" invalid (label \"{parts[index]}\" invalid)";
            }
        }

        return null;
    }

    [GeneratedRegex("^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    [GeneratedRegex(@"^(\*|(\*-?)?[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)$", RegexOptions.CultureInvariant)]
    private static partial Regex WildcardLabel();
}
