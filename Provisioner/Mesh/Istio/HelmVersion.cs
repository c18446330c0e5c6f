using System.Text.RegularExpressions;

namespace Provisioner.Mesh.Istio;

/// <summary>Reads what <c>helm version --short</c> prints.</summary>
internal static partial class HelmVersion
{
    /// <summary>The first that knows <c>uninstall --ignore-not-found</c> is 3.13; Istio asks for a newer one.</summary>
    public static readonly Version Oldest = new(3, 14, 0);

    public static Version? Parse(string text) => Number().Match(text) is { Success: true } match ? Version.Parse(match.Groups[1].Value) : null;

    [GeneratedRegex(@"v?(\d+\.\d+\.\d+)")]
    private static partial Regex Number();
}
