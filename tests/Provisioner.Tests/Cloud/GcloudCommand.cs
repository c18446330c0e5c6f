using System.Text.RegularExpressions;

namespace Provisioner.Tests.Cloud;

/// <summary>One command line of gcloud.</summary>
/// <param name="Words">What stands before the first option.</param>
internal sealed record GcloudCommand(string[] Words, IReadOnlyList<string> Arguments)
{
    public string Project => this["project"];

    /// <summary>The value of an option, or nothing.</summary>
    public string this[string option] =>
        Arguments.FirstOrDefault(argument => argument.StartsWith($"--{option}=", StringComparison.Ordinal))?[(option.Length + 3)..] ?? "";

    /// <summary>Whether <c>--filter=field~"PATTERN"</c> lets a value through.</summary>
    public bool Lets(string value) => this["filter"] is not { Length: > 0 } filter || Regex.IsMatch(value, filter[(filter.IndexOf('~') + 1)..].Trim('"'));
}
