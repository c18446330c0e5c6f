using System.Text.RegularExpressions;

namespace GoogleEmulator.Fleets;

/// <summary>Names a cluster of Kubernetes Engine.</summary>
internal sealed partial record ClusterLink(string Project, string Location, string Name)
{
    /// <summary>Reads <c>//container.googleapis.com/projects/P/locations/L/clusters/N</c>; null when it is anything else.</summary>
    public static ClusterLink? Parse(string? link) => link is not null && Link().Match(link) is { Success: true } match
        ? new ClusterLink(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value)
        : null;

    [GeneratedRegex("^//[^ ]*?/projects/([^/]+)/(?:locations|zones)/([^/]+)/clusters/([^/]+)$")]
    private static partial Regex Link();
}
