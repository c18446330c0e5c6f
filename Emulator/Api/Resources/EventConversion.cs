using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>events.k8s.io/v1 and core/v1 are two views of the same Event objects; they are stored as the latter.</summary>
internal static class EventConversion
{
    public static readonly ResourceType Type = new("events.k8s.io", "events");

    private static readonly (string Core, string Event)[] Names =
    [
        ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"), ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"), ("reportingComponent", "reportingController"),
    ];

    public static void FromCore(JsonObject node) => Rename(node, Names);

    public static void ToCore(JsonObject node)
    {
        Rename(node, Names.Select(pair => (pair.Event, pair.Core)));
        ObjectEncoder.Name(node, "v1", "Event");
    }

    /// <summary>The stored field that a selector of either group means.</summary>
    public static string CoreField(string field) =>
        field.StartsWith("regarding.", StringComparison.Ordinal) ? $"involvedObject.{field["regarding.".Length..]}"
        : field == "reportingController" ? "reportingComponent"
        : field == "source" ? "source.component"
        : field;

    private static void Rename(JsonObject node, IEnumerable<(string From, string To)> names)
    {
        foreach (var (from, to) in names)
        {
            if (node.Remove(from, out var value))
            {
                node[to] = value;
            }
        }
    }
}
