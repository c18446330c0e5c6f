using System.Globalization;
using System.Text.Json.Nodes;

namespace Containers;

/// <summary>A container as <c>docker container inspect</c> describes it.</summary>
/// <param name="FinishedAt">When it last ended; in the distant past while it never has.</param>
/// <param name="Addresses">Its address in each network, by the network's name.</param>
/// <param name="Volumes">Names of its volumes, those without a name of their own included.</param>
public sealed record ContainerInspection(
    string Id,
    string Name,
    string Status,
    int ExitCode,
    string Error,
    bool OutOfMemory,
    DateTimeOffset FinishedAt,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyDictionary<string, string> Addresses,
    IReadOnlyList<string> Volumes)
{
    public bool IsRunning => Status == "running";

    /// <summary>Its address in the network that the containers of one lab share; null while it does not run.</summary>
    public string? Address => Addresses.Values.FirstOrDefault(address => address.Length > 0);

    internal static ContainerInspection Parse(string json)
    {
        var found = JsonNode.Parse(json)![0]!;
        var state = found["State"]!;
        return new ContainerInspection(
            found["Id"]!.ToString(),
            found["Name"]!.ToString().TrimStart('/'),
            state["Status"]?.ToString() ?? "",
            (int?)state["ExitCode"] ?? 0,
            state["Error"]?.ToString() ?? "",
            (bool?)state["OOMKilled"] ?? false,
            Time(state["FinishedAt"]),
            Texts(found["Config"]?["Labels"]),
            (found["NetworkSettings"]?["Networks"] as JsonObject ?? []).ToDictionary(n => n.Key, n => n.Value?["IPAddress"]?.ToString() ?? ""),
            [.. (found["Mounts"] as JsonArray ?? []).Where(m => m?["Type"]?.ToString() == "volume").Select(m => m!["Name"]!.ToString())]);
    }

    private static DateTimeOffset Time(JsonNode? text) => DateTimeOffset.TryParse(text?.ToString(), CultureInfo.InvariantCulture, out var time) ? time : default;

    private static Dictionary<string, string> Texts(JsonNode? map) =>
        (map as JsonObject ?? []).ToDictionary(l => l.Key, l => l.Value?.ToString() ?? "");
}
