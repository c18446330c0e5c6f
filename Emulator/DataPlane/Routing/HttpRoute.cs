using System.Text.RegularExpressions;
using Emulator.Mesh;

namespace Emulator.DataPlane.Routing;

/// <summary>One compiled rule of a VirtualService, or the default rule of a service.</summary>
internal sealed class HttpRoute
{
    public required MeshHttpRoute Rule { get; init; }

    public RouteMatch[] Matches { get; init; } = [];

    public RouteTarget[] Targets { get; init; } = [];

    public (RouteTarget Target, double Percent)[] Mirrors { get; init; } = [];

    public CorsRules? Cors { get; init; }

    /// <summary>What of the path a regular expression replaces, and by what.</summary>
    public (Regex Match, string Replacement)? PathRewrite { get; init; }

    public required RetryPolicy Retry { get; init; }

    /// <summary>Whether the route takes the request, and by which of its matches (-1: it takes all).</summary>
    public bool TryMatch<TRequest>(in TRequest request, int port, out int match)
        where TRequest : struct, IRequestView
    {
        match = -1;
        if (Matches.Length == 0)
        {
            return true;
        }

        for (match = 0; match < Matches.Length; match++)
        {
            if (Matches[match].Holds(request, port))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One of the targets, by weight; null when there is none.</summary>
    public RouteTarget? Choose()
    {
        if (Targets.Length <= 1)
        {
            return Targets.Length == 0 ? null : Targets[0];
        }

        var total = 0;
        foreach (var target in Targets)
        {
            total += target.Weight;
        }

        var drawn = total == 0 ? 0 : Random.Shared.Next(total);
        foreach (var target in Targets)
        {
            if (drawn < target.Weight || total == 0)
            {
                return target;
            }

            drawn -= target.Weight;
        }

        return Targets[^1];
    }

    /// <summary>How much of a target's path the prefix covers by which it matched; all of the path for other matches.</summary>
    public int ReplacedLength(string target, int match) => (match < 0 ? null : Matches[match].Uri?.PrefixLength) ?? RequestTarget.Path(target).Length;

    /// <summary>The request target after the rule's rewrite.</summary>
    public string Rewrite(string target, int match)
    {
        var path = RequestTarget.Path(target);
        if (PathRewrite is { } regex)
        {
            return string.Concat(regex.Match.Replace(path.ToString(), regex.Replacement), target.AsSpan(path.Length));
        }

        if (Rule.Rewrite?.Uri is not { } uri)
        {
            return target;
        }

        return RequestTarget.ReplacePrefix(target, ReplacedLength(target, match), uri);
    }
}
