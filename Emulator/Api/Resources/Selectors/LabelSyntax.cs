using System.Text.RegularExpressions;

namespace Emulator.Api.Resources;

/// <summary>What label keys and values may look like (k8s.io/apimachinery/pkg/util/validation).</summary>
internal static partial class LabelSyntax
{
    public static string? KeyFault(string key)
    {
        var parts = key.Split('/');
        if (parts.Length > 2)
        {
            return $"a qualified name {NameRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
        }

        var name = parts[^1];
        var faults = new List<string>();
        if (parts.Length == 2 && parts[0].Length == 0)
        {
            faults.Add("prefix part must be non-empty");
        }

        if (name.Length == 0)
        {
            faults.Add("name part must be non-empty");
        }
        else if (name.Length > 63)
        {
            faults.Add("name part must be no more than 63 characters");
        }

        if (!NamePattern().IsMatch(name))
        {
            faults.Add($"name part {NameRule}");
        }

        return faults.Count == 0 ? null : string.Join("; ", faults);
    }

    public static string? ValueFault(string value) =>
        value.Length > 63 ? "must be no more than 63 characters"
        : value.Length > 0 && !NamePattern().IsMatch(value)
            ? "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
        : null;

    private const string NameRule = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    [GeneratedRegex("^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$")]
    private static partial Regex NamePattern();
}
