using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>A label selector in the query grammar: <c>a=b,c!=d,e in (f,g),h notin (i),j,!k,l&gt;1</c>.</summary>
internal sealed class LabelSelector(IReadOnlyList<LabelRequirement> requirements)
{
    public static readonly LabelSelector Everything = new([]);

    public bool IsEverything => requirements.Count == 0;

    public bool Matches(JsonObject node)
    {
        var labels = node["metadata"]?["labels"] as JsonObject;
        foreach (var requirement in requirements)
        {
            var value = labels is not null && labels.TryGetPropertyValue(requirement.Key, out var found) ? found?.GetValue<string>() ?? "" : null;
            if (!requirement.Holds(value))
            {
                return false;
            }
        }

        return true;
    }

    /// <exception cref="ApiException">400 with the real server's message.</exception>
    public static LabelSelector Parse(string? text) =>
        string.IsNullOrWhiteSpace(text) ? Everything : new LabelSelector(new LabelSelectorParser(text).Parse());
}
