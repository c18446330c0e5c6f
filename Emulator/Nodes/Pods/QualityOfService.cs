using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>The class that a pod's requests and limits put it into.</summary>
internal static class QualityOfService
{
    private static readonly string[] Resources = ["cpu", "memory"];

    public static string Of(JsonObject pod)
    {
        var containers = (pod["spec"]?["containers"].Items() ?? []).Concat(pod["spec"]?["initContainers"].Items() ?? []).ToList();
        decimal? Amount(JsonObject container, string kind, string resource) => Quantity.Parse(container["resources"]?[kind]?[resource].Text());
        if (containers.All(container => Resources.All(resource => Amount(container, "requests", resource) is null && Amount(container, "limits", resource) is null)))
        {
            return "BestEffort";
        }

        var guaranteed = containers.All(container => Resources.All(resource =>
            Amount(container, "limits", resource) is { } limit && (Amount(container, "requests", resource) ?? limit) == limit));
        return guaranteed ? "Guaranteed" : "Burstable";
    }
}
