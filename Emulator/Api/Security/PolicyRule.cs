using System.Text.Json.Nodes;

namespace Emulator.Api.Security;

/// <summary>One rule of a Role or ClusterRole.</summary>
internal sealed record PolicyRule(
    IReadOnlyList<string> Verbs,
    IReadOnlyList<string> Groups,
    IReadOnlyList<string> Resources,
    IReadOnlyList<string> Names,
    IReadOnlyList<string> Paths)
{
    public static PolicyRule Parse(JsonObject rule) => new(
        Strings(rule["verbs"]), Strings(rule["apiGroups"]), Strings(rule["resources"]), Strings(rule["resourceNames"]), Strings(rule["nonResourceURLs"]));

    public bool Allows(AccessRequest request) =>
        Any(Verbs, request.Verb) && (request.IsResource
            ? Any(Groups, request.Group) && AllowsResource(request) && (Names.Count == 0 || Names.Contains(request.Name))
            : Paths.Any(path => path == "*" || path == request.Path
                || path.EndsWith('*') && request.Path.StartsWith(path[..^1], StringComparison.Ordinal)));

    private bool AllowsResource(AccessRequest request)
    {
        foreach (var resource in Resources)
        {
            if (resource == "*" || resource == request.ResourceAndSubresource
                || request.Subresource.Length > 0 && resource.StartsWith("*/", StringComparison.Ordinal) && resource[2..] == request.Subresource)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Any(IReadOnlyList<string> allowed, string wanted)
    {
        foreach (var item in allowed)
        {
            if (item == "*" || item == wanted)
            {
                return true;
            }
        }

        return false;
    }

    private static IReadOnlyList<string> Strings(JsonNode? node) =>
        node is JsonArray list ? [.. list.Select(item => item?.GetValue<string>() ?? "")] : [];
}
