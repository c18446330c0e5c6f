using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using GoogleEmulator.Http;

namespace GoogleEmulator.Compute;

/// <summary>A firewall rule for incoming traffic, as far as the path between pods depends on it.</summary>
/// <param name="Network">The last part of the network's path.</param>
/// <param name="Priority">The lowest decides.</param>
/// <param name="Sources">Whose traffic it is about.</param>
/// <param name="TargetTags">Which nodes it is about; all where there are none.</param>
/// <param name="Allows">Whether it lets the traffic in.</param>
internal sealed record FirewallRule(string Network, int Priority, IReadOnlyList<IPNetwork> Sources, IReadOnlyList<string> TargetTags, bool Allows)
{
    private const int LowestPriority = 65535;

    /// <summary>Reads a rule that is in force for incoming TCP; null for any other.</summary>
    public static FirewallRule? Read(JsonObject body)
    {
        var (allowed, denied) = (CoversTcp(body["allowed"]), CoversTcp(body["denied"]));
        if (body["direction"]?.ToString() == "EGRESS" || body["disabled"]?.GetValueKind() == JsonValueKind.True || !(allowed || denied))
        {
            return null;
        }

        return new FirewallRule(
            (body["network"]?.ToString() ?? "default").Split('/')[^1],
            int.Parse(body["priority"]?.ToString() ?? "1000", CultureInfo.InvariantCulture),
            [.. Strings(body["sourceRanges"]).Select(range => IPNetwork.Parse(Complete(range)))],
            [.. Strings(body["targetTags"])],
            allowed);
    }

    /// <summary>Throws what Compute Engine says of a rule that is wrong.</summary>
    public static void Check(JsonObject body)
    {
        var ranges = Strings(body["sourceRanges"]).ToArray();
        for (var i = 0; i < ranges.Length; i++)
        {
            if (!IPNetwork.TryParse(Complete(ranges[i]), out _))
            {
                throw GoogleException.Invalid(
                    $"Invalid value for field 'resource.sourceRanges[{i}]': '{ranges[i]}'. Must be a valid IPV4 or IPV6 address range, such as 10.10.0.0/16.");
            }
        }

        if (!int.TryParse(body["priority"]?.ToString() ?? "1000", CultureInfo.InvariantCulture, out var priority) || priority is < 0 or > LowestPriority)
        {
            throw GoogleException.Invalid($"Invalid value for field 'resource.priority': '{body["priority"]}'. Must be from 0 to {LowestPriority}.");
        }
    }

    private static bool CoversTcp(JsonNode? protocols) =>
        (protocols as JsonArray ?? []).Any(protocol => protocol?["IPProtocol"]?.ToString() is "tcp" or "6" or "all" && CoversPods(protocol["ports"] as JsonArray));

    // Pods are reached at many ports: a rule for a few, such as 22, is not about the path between them.
    private static bool CoversPods(JsonArray? ports) => ports is null or { Count: 0 } || ports.Any(port => port?.ToString() is "0-65535" or "1-65535");

    private static IEnumerable<string> Strings(JsonNode? array) => (array as JsonArray ?? []).Select(item => item!.ToString());

    private static string Complete(string range) => range.Contains('/') ? range : range + "/32";
}
